"""Entailment between sentences: their logical form, its symbols, its Lean, trees and models."""
