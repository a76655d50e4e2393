"""What the service answers, as models: the schemas of OpenAPI, against which the tests hold the answers."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Answer = Literal["yes", "no", "depends", "contradictory"]
Status = Literal["effective", "defeated", "undetermined", "not_triggered", "not_in_force", "not_bound"]
Confidence = Literal["high", "medium", "low", ""]


class Model(BaseModel):
    """Base of them all. Fields are added, never renamed."""

    model_config = ConfigDict(extra="forbid")


class Outcome(Model):
    """The answer for one modality and action."""

    answer: Answer
    norms: list[str] = Field(description="Ids of the norms that ground it.")
    recipients: list[str] = Field(default=[], description="Those toward whom it is the answer.")
    toward: dict[str, Answer] = Field(default={}, description="Each recipient's own answer, where they differ.")
    missing: list[str] = Field(default=[], description="Facts that it waits for.")
    orders: dict[str, Answer] = Field(description="Order (law, professional code …) → answer.")


class Defeat(Model):
    """That another norm prevails."""

    norm: str
    ground: str
    rule: str | None = None
    acts: list[str]
    certain: bool


class NormStatus(Model):
    """Where one norm stands in a case."""

    id: str
    status: Status
    modality: str
    label: str
    order: str
    jurisdiction: str
    citation: str
    confidence: Confidence
    checked: bool = Field(description="Whether it has been checked by hand against its source.")
    in_force: str
    acts: dict[str, str]
    missing: list[str]
    defeated_by: list[Defeat] = []
    contradictory: bool = False
    forum: str = ""


class Clash(Model):
    """Two norms that cannot both be obeyed."""

    action: str
    norms: list[str]
    text: str


class Contradiction(Model):
    """What the case says and denies."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    fact: str
    about: str
    text: str
    grounds_for: list[str] = Field(alias="for")
    grounds_against: list[str] = Field(alias="against")


class OpenQuestion(Model):
    """A fact that is not known and that norms wait for."""

    fact: str
    question: str
    settles: int
    open_textured: bool
    values: list[str]


class Compliance(Model):
    """What the acts that were done mean for one norm."""

    norm: str
    state: str
    done: list[str]
    outstanding: list[str]
    within: str
    consequence: str


class Line(Model):
    """A line of an outline. mark: yes, no, unknown or contradictory. note: where it comes from. below: what it rests on."""

    text: str
    mark: str = ""
    note: str = ""
    below: list["Line"] = []


class Explanation(Model):
    """An explanation: the named query, its rows, and their outline, which is made of the rows alone."""

    kind: str
    title: str
    subtitle: str
    assessment: str
    query: str
    parameters: dict[str, str]
    columns: list[str]
    rows: list[dict[str, str]]
    outline: list[Line]
    limits: list[str] = Field(description="Limits that were hit; empty where the explanation is whole.")
    disclaimer: str


class NormExplanation(Explanation):
    """Why one norm stands where it stands."""

    norm: str
    forum: str


class ExplanationKind(Model):
    """A kind of explanation. needs: fields that must be given. query: the named query whose rows it is made of."""

    name: str
    question: str
    needs: list[str]
    query: str
    forms: list[str]


class Assessment(Model):
    """What the law says of a case."""

    id: str = Field(description="Hash of the law, the facts and the dates: the same question has the same id.")
    case: str
    law_as_of: str
    known_as_of: str
    law_version: str
    jurisdictions: list[str]
    disclaimer: str
    outcomes: dict[str, dict[str, Outcome]] = Field(description="Modality → action → answer. An action that is absent: no authority on point.")
    norms: list[NormStatus] = []
    conflicts: list[Clash] = []
    limits: list[Clash] = []
    contradictions: list[Contradiction] = []
    open_questions: list[OpenQuestion] = []
    compliance: list[Compliance] = []
    problems: list[str] = []
    links: dict[str, str]
    by_jurisdiction: dict[str, dict[str, dict[str, Outcome]]] = {}
    explanations: list[NormExplanation] = []


class Asked(Model):
    """An answer (modality and act), or a norm."""

    norm: str = ""
    modality: str = ""
    act: str = ""


class Settled(Asked):
    """An answer that every completion of the unknown facts gives."""

    answer: Answer


class Question(Model):
    """A fact to ask for. thing: about which thing of the case. expected: how many open answers it is expected to settle."""

    fact: "Fact"
    thing: str
    expected: float
    waiting: list[Asked]


class Interview(Model):
    """Where an interview stands. stuck: open answers that turn only on what is not to be asked again."""

    jurisdiction: str
    done: bool
    next: Question | None
    later: list[Question]
    settled: list[Settled]
    open: list[Asked]
    stuck: list[Asked]
    limits: list[str]
    law_version: str
    disclaimer: str


class ReceiptLaw(Model):
    """The law of a receipt: its hash, and that of each file."""

    hash: str
    files: dict[str, str]


class Receipt(Model):
    """What was asked, under which law, with which engine, and what came out. hash: of all the rest."""

    format: str
    engine: str
    law: ReceiptLaw
    law_as_of: str
    known_as_of: str
    jurisdictions: list[str]
    case: dict[str, Any]
    result: dict[str, Any]
    hash: str


class Verification(Model):
    """What a repetition shows. lines: what differs, in words."""

    same: bool
    lines: list[str]
    law_version: str


class KeptAssessment(Model):
    """An assessment that was kept, and the case it is about."""

    id: str
    expires: str
    case: dict[str, Any]
    assessment: Assessment


class Source(Model):
    """Where a norm is found."""

    kind: str
    citation: str
    pinpoint: str
    title: str
    urls: list[str]
    confidence: Confidence
    read_on: str


class CitedSource(Source):
    """A source, with the norm that rests on it."""

    norm: str
    jurisdiction: str


class Span(Model):
    """A time in force, half-open; a date may be known to the year or the month only. Null: not known, or no end."""

    start: str | None
    until: str | None
    attested: str | None


class Norm(Model):
    """A norm in short."""

    id: str
    iri: str
    label: str
    modality: str
    order: str
    jurisdiction: str
    bearers: list[str]
    in_force: list[Span]
    declared: bool = Field(description="Whether a court declared it: its dates run on the clock of knowledge.")
    overruled: str | None
    citation: str
    confidence: Confidence
    checked: bool


class WholeNorm(Norm):
    """A norm, with all that the ontology says of it."""

    definition: str
    requires: Any = Field(description="Tree of acts: allOf, anyOf, sequence; null where the norm regulates acts without requiring any.")
    within: str
    discharge: str
    consequence: str
    serves: list[str]
    fulfils: list[str]
    overrides: list[dict[str, str]]
    yields_to: list[dict[str, str]]
    trigger_facts: list[dict[str, str]]
    source: Source
    readings: list[dict[str, str]]
    not_expressed: list[str]
    note: str


class NormPage(Model):
    """Norms, a page at a time. total: how many there are on all pages."""

    total: int
    limit: int
    offset: int
    norms: list[Norm]


class Place(Model):
    """A jurisdiction. A code of ethics and a body of guidance count as one too."""

    code: str
    iri: str
    label: str
    part_of: list[str]
    norms: int
    reached_by: int


class Position(Model):
    """The position of one profession over a span of years, on the clearest case."""

    profession: str
    first_year: int
    last_year: int
    position: str
    duty: list[str]
    permission: list[str]
    denial: list[str]
    immunity: list[str]
    checked: bool


class Change(Model):
    """A date on which the law of a place changed."""

    date: str
    event: Literal["begins", "ends", "overruled", "attested"]
    norm: str
    modality: str
    label: str
    citation: str


class WholePlace(Place):
    """A jurisdiction with its history."""

    timeline: list[Change]
    undated: list[str] = Field(description="Norms of which no start is known.")
    positions: list[Position]
    pattern: str


class FactValue(Model):
    """A value that a case may state."""

    value: str
    label: str
    sentence: str
    denial: str
    wider: list[str] = Field(description="Values of the same fact that follow from it.")
    excludes: list[str] = Field(description="Values of the same fact that cannot hold beside it.")


class Fact(Model):
    """A question that a case may answer."""

    key: str
    iri: str
    about: list[str]
    type: Literal["boolean", "one", "several"]
    question: str
    definition: str
    open_textured: bool
    presumed: str | None
    values: list[FactValue]


class Action(Model):
    """A kind of act that every case is asked about."""

    key: str
    iri: str
    label: str
    sentence: str
    toward_each: bool


class Vocabulary(Model):
    """All that a case can state, and all acts: enough to build a form."""

    facts: list[Fact]
    actions: list[Action]
    lists: dict[str, str]


class Decision(Model):
    """A court's decision."""

    id: str
    iri: str
    name: str
    citation: str
    year: str
    effect: str
    holding: str
    jurisdictions: list[str]
    norms: list[str]


class QueryParameter(Model):
    """A parameter of a named query."""

    name: str
    kind: str
    default: str


class NamedQuery(Model):
    """A question to the ontology that has a name."""

    name: str
    title: str
    description: str
    parameters: list[QueryParameter]
    columns: list[str]
    sparql: str
    href: str


class QueryRows(Model):
    """The answer to a named query."""

    query: str
    columns: list[str]
    rows: list[dict[str, str]]


class Cell(Model):
    """One place on one date."""

    jurisdiction: str
    law_as_of: str
    outcomes: dict[str, dict[str, Answer]]
    norms: dict[str, list[str]]


class Comparison(Model):
    """A matrix of places and dates. differ: modality → actions whose answer is not everywhere the same."""

    law_version: str
    disclaimer: str
    cells: list[Cell]
    differ: dict[str, list[str]]


class Limits(Model):
    """Every limit of the service."""

    case_bytes: int
    batch_bytes: int
    body_pause_seconds: float
    request_seconds: float
    comparison_cells: int
    batch_line_bytes: int
    page: int
    rate: dict[str, int | None]
    waiting: int
    retention_days: int
    answers_remembered_seconds: float
    sparql: dict[str, Any] = {}


class Health(Model):
    """That the service lives."""

    status: Literal["ok"]


class Ready(Health):
    """That the service can answer. sparql: whether /sparql can, too."""

    sparql: Literal["ready", "starting"]


class Described(Model):
    """What this service is."""

    title: str
    law_version: str
    engine_version: str
    norms: int
    jurisdictions: int
    disclaimer: str
    links: dict[str, str]


class ProblemFault(Model):
    """One thing to mend: where (a JSON Pointer into the body, or a parameter), what, and how."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str
    fix: str


class Problem(Model):
    """Why a request was refused (RFC 9457). type is an address of docs/api.md#problems."""

    type: str
    title: str
    status: int
    detail: str
    fix: str
    instance: str
    request_id: str
    errors: list[ProblemFault] = []


class ProblemKind(Model):
    """A kind of problem."""

    type: str
    title: str
    status: int
    meaning: str
