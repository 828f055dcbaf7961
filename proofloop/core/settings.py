"""Settings from flags, the environment (``PROOFLOOP_*``) and a TOML file, in that order.

The file is the one named by ``--config`` or ``PROOFLOOP_CONFIG``, else ``proofloop.toml`` in the
working folder, else ``proofloop.toml`` in the user's configuration folder. Nested fields are
tables in the file and double underscores in the environment: ``PROOFLOOP_LEAN__WORKERS=4``.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_config_path
from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from proofloop.core.budget import Limits
from proofloop.core.entailing import EntailBounds
from proofloop.core.errors import SettingsError
from proofloop.core.formalizing import FormalizeBounds
from proofloop.core.same import AnswerSettings
from proofloop.core.search import SearchBounds

OFFLINE = "offline"


def listed(value: object) -> object:
    """One word is a list of one."""
    return (str(value),) if isinstance(value, str | Path) else value


class Price(BaseModel):
    """US dollars per million tokens."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class LeanSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: Literal["embedded", "native", "lean-interact"] | None = Field(
        default=None, description="None: native where a project or a command is named"
    )
    project: Path | None = Field(default=None, description="Lake project of the native backend")
    command: str | None = Field(default=None, description="the native program lean")
    repl: Path | None = Field(default=None, description="built REPL of the backend lean-interact")
    readable: tuple[Path, ...] = Field(
        default=(), description="what else a native Lean's sandbox shows, to read"
    )
    workers: int | None = Field(default=None, ge=1, description="None: one a core")
    check_seconds: float = Field(default=30.0, gt=0, description="wall clock of one check")
    heartbeats: int = Field(default=20_000, ge=0, description="Lean's maxHeartbeats; 0: no limit")
    memory_mb: int = Field(default=1200, ge=300, description="recycle a worker above this")
    prove_seconds: float = Field(default=60.0, gt=0, description="portfolio time a theorem")
    allowed_axioms: tuple[str, ...] = Field(
        default=("Classical.choice", "Quot.sound", "propext"),
        description="what an accepted proof may rest on",
    )

    @property
    def backend_name(self) -> str:
        return self.backend or ("native" if self.project or self.command else "embedded")


class HygieneSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    prove_heartbeats: int = Field(
        default=8_000, ge=1, description="each search for a proof; the same on a busy machine"
    )
    prove_seconds: float = Field(
        default=120.0, gt=0, description="each search for a proof, should Lean hang"
    )
    statement_seconds: float = Field(
        default=600.0, gt=0, description="all checks of one statement together"
    )
    search_seconds: float = Field(default=4.0, ge=0, description="the search for instances")
    most_values: int = Field(default=200, ge=1, description="values tried for one variable")


class PremiseSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    per_prompt: int = Field(default=0, ge=0, description="premises named in a prompt; 0: none")


class PromptSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    dir: Path | None = Field(default=None, description="templates in place of the built-in ones")


class ExampleSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    per_prompt: int = Field(default=0, ge=0, description="worked examples in a prompt; 0: none")
    tokens: int = Field(default=2000, ge=1, description="of all examples of a prompt (estimated)")
    sources: Annotated[tuple[str, ...], BeforeValidator(listed)] = Field(
        default=(), description="JSONL files, folders of earlier runs, names of bundled sets"
    )
    embeddings: str | None = Field(
        default=None, description="model of the endpoint by which they are near; None: by words"
    )


class ExperienceSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    embeddings: str | None = Field(
        default=None, description="model of the endpoint by which they are near; None: by words"
    )


class OtherModel(BaseModel):
    """A model besides the run's own. What is not given is the run's own; ``key_env`` names the
    environment variable that holds its key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str | None = None
    base_url: str | None = None
    key_env: str | None = None

    @property
    def key(self) -> SecretStr | None:
        found = os.environ.get(self.key_env) if self.key_env else None
        return SecretStr(found) if found else None


class JudgeSettings(OtherModel):
    """A judge of the panel."""

    name: str = Field(default="", description="how votes name it; by default its model's name")
    method: Literal["direct", "back-translation"] = "direct"
    rubric: str = Field(default="", description="what it heeds on top of its prompt")
    temperature: float = Field(default=0.0, ge=0)
    accuracy: float | None = Field(
        default=None, ge=0, le=1, description="as judge-eval measures it"
    )
    sensitivity: float | None = Field(default=None, ge=0, le=1, description="P(yes | faithful)")
    specificity: float | None = Field(default=None, ge=0, le=1, description="P(no | not faithful)")


class PanelSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: Literal["all", "majority", "weighted"] = "all"
    asking: Literal["in order", "race", "all"] = Field(
        default="in order", description="one by one, or all at once until it is decided, or all"
    )
    shuffle: bool = Field(default=True, description="order and positions drawn from the seed")
    quorum: int | None = Field(default=None, ge=1, description="votes that a decision needs")
    prior: float = Field(default=0.5, gt=0, lt=1, description="share of faithful statements")
    judges: tuple[JudgeSettings, ...] = Field(default=(), description="none: the run's model")


class ModelSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    temperature: float | None = Field(default=None, ge=0)
    max_tokens: int = Field(default=8192, ge=1)
    timeout_seconds: float = Field(default=600.0, gt=0, description="one call, retries apart")
    concurrency: int = Field(default=32, ge=1, description="calls to one model at once")
    attempts: int = Field(default=6, ge=1, description="tries of one call, the first included")
    tool_calls: Literal["native", "json"] = Field(
        default="native", description="json: actions in JSON, for servers that take no tools"
    )


class Settings(BaseSettings):
    """Everything a user can set. Frozen: change it with ``model_copy(update=...)``."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="PROOFLOOP_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        populate_by_name=True,
    )

    model: str | None = Field(default=None, description="None: a default if there is a key")
    base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("PROOFLOOP_BASE_URL", "OPENAI_BASE_URL")
    )
    api_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("PROOFLOOP_API_KEY", "OPENAI_API_KEY")
    )
    seed: int = 0
    max_rounds: int = Field(default=4, ge=1, description="attempts of a refine loop")
    runs_dir: Path = Path("runs")
    cache_dir: Path = Field(default_factory=lambda: user_cache_path("proofloop"))
    sampling: ModelSettings = ModelSettings()
    lean: LeanSettings = LeanSettings()
    hygiene: HygieneSettings = HygieneSettings()
    search: SearchBounds = SearchBounds()
    answers: AnswerSettings = AnswerSettings()
    formalize: FormalizeBounds = FormalizeBounds()
    entail: EntailBounds = EntailBounds()
    premises: PremiseSettings = PremiseSettings()
    prompts: PromptSettings = PromptSettings()
    examples: ExampleSettings = ExampleSettings()
    experience: ExperienceSettings = ExperienceSettings()
    panel: PanelSettings = PanelSettings()
    formalizers: tuple[OtherModel, ...] = Field(
        default=(), description="of formalmath and agreement; none: the run's model"
    )
    negation_prover: OtherModel = OtherModel()
    budget: Limits = Limits()
    prices: dict[str, Price] = Field(default_factory=dict)

    @property
    def model_name(self) -> str:
        """The model asked for; without one, a default where there is a key, else the offline
        model. A server of the user's own has no default: its models are not known here."""
        if self.model:
            return self.model
        if self.base_url:
            raise SettingsError(
                "a base URL is set but no model: name one with --model or PROOFLOOP_MODEL"
                " (--model offline for the built-in one)"
            )
        return "gpt-5-mini" if self.api_key else OFFLINE

    def secrets(self) -> list[str]:
        """What must never be written anywhere."""
        others = (*self.panel.judges, *self.formalizers, self.negation_prover)
        keys = (self.api_key, *(other.key for other in others))
        return [key.get_secret_value() for key in keys if key]

    def public(self) -> dict[str, Any]:
        """The settings as JSON, secrets left out."""
        return self.model_dump(mode="json", exclude={"api_key"})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        assert isinstance(init_settings, InitSettingsSource)
        flags = dict(init_settings.init_kwargs)
        file = flags.pop("_file", {})
        return (
            InitSettingsSource(settings_cls, flags),
            env_settings,
            InitSettingsSource(settings_cls, file),
        )


def load_settings(
    flags: Mapping[str, Any] | None = None, *, config: str | Path | None = None
) -> Settings:
    """Settings of this process. ``flags`` are nested like the file; None values count as unset.

    Raises SettingsError naming the file, variable or flag that is wrong.
    """
    path = _config_file(config)
    table = _read_table(path) if path else {}
    try:
        return Settings(**(_without_none(flags or {}) | {"_file": table}))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        place = f" (in {path} or the environment)" if path else ""
        raise SettingsError(f"setting {field}: {first['msg']}{place}") from None


def _config_file(config: str | Path | None) -> Path | None:
    named = config or os.environ.get("PROOFLOOP_CONFIG")
    if named:
        if not Path(named).is_file():
            raise SettingsError(f"no settings file {named}")
        return Path(named)
    candidates = (Path("proofloop.toml"), user_config_path("proofloop") / "proofloop.toml")
    return next((path for path in candidates if path.is_file()), None)


def _read_table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{path}: {error}") from None


def _without_none(table: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        name: _without_none(value) if isinstance(value, Mapping) else value
        for name, value in table.items()
        if value is not None
    }
    return {name: value for name, value in kept.items() if value != {}}
