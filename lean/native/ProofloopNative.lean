import ProofloopNative.Probe
import ProofloopNative.Trust
import ProofloopNative.Server

/-!
# Servers for native toolchains

`CheckServer.lean` elaborates untrusted texts, exports what they declare, and answers probes.
`TrustServer.lean` never sees such a text: it re-checks what was exported. Both are started by
`lean --run` and speak JSON lines (`ProofloopNative/Server.lean`). All of it is compiled into one
module, with the probes, by the toolchain that runs it.
-/
