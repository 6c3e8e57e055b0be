"""The schemas of requests and answers, in tables, flat and fully typed.

No free-form maps and no nested anonymous objects, which Salesforce and Power Platform refuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from features.schema.canonical import OUTCOMES
from leadgate.metrics import METRICS
from leadgate.policy import DECISIONS
from leadgate.policy.bands import GRADES, STAGES
from leadgate.policy.control import CONTROL, GATE
from serving.http.requests import MAX_LEADS


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a schema; `type` is a JSON type, ``date-time``, or the name of a schema."""

    name: str
    type: str
    description: str
    nullable: bool = False
    many: bool = False
    enum: tuple[str, ...] = ()
    example: object = None


@dataclass(frozen=True)
class Described:
    """What the documents say beyond what every service says.

    Attributes
    ----------
    fields
        JSON type of each field of a lead that is read, by its name in the export.
    arms
        Whether the model knows what becomes of leads that nobody works.
    example
        A lead that it can score.
    outcomes
        Further words for an outcome: those of the configuration.
    server
        The address by which callers reach the service; "" where it is not known.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    arms: bool = False
    example: Mapping[str, object] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()
    server: str = ""


_INSTANT = "2026-01-02T03:04:05Z"
_LEAD_ID = Field("lead_id", "string", "The lead's id in the CRM.", example="4711")
_LEAD = (
    _LEAD_ID,
    Field("created_at", "date-time", "When the lead was created; left out: at as_of."),
    Field("as_of", "date-time", "The instant to score at; left out: now."),
    Field("activities", "Activity", "What happened to the lead, as recorded by as_of.", many=True),
    Field("others", "Other", "All other leads of its account, if available.", many=True),
)
_OTHER = (
    Field("lead_id", "string", "The other lead's id in the CRM."),
    Field("created_at", "date-time", "When it was created."),
    Field("outcome", "string", "won or lost; empty while it is open."),
    Field("closed_at", "date-time", "When it was won or lost."),
    Field("recorded_at", "date-time", "When that was recorded; left out: at closed_at."),
    Field("activities", "Activity", "What happened to it, as recorded by as_of.", many=True),
)
_ACTIVITY = (
    Field("type", "string", "What happened.", example="pricing_view"),
    Field("occurred_at", "date-time", "When it happened.", example=_INSTANT),
    Field("recorded_at", "date-time", "When it was recorded; left out: when it happened."),
    Field("value", "number", "A number, for example pages viewed."),
    Field("channel", "string", "The channel, for example email."),
    Field("content", "string", "Its subject, for example the page."),
    Field("activity_id", "string", "The activity's id in the CRM."),
)
_ARMS = (
    Field("readiness_unworked", "number", "That probability if nobody works it.", nullable=True),
    Field("uplift", "number", "What working the lead adds to the probability.", nullable=True),
    Field("uplift_low", "number", "Lower end of its 90 % interval.", nullable=True),
    Field("uplift_high", "number", "Upper end of its 90 % interval.", nullable=True),
)
_UPLIFT_WHY = Field("uplift_why", "string", "Why working it helps more or less, or empty.")
_EVERY_ANSWER = (
    Field("lead_id", "string", "As sent."),
    Field("as_of", "date-time", "The instant scored at, UTC."),
    Field("readiness", "number", "Probability of a win within the horizon.", nullable=True),
    Field("readiness_low", "number", "Lower end of its 90 % interval.", nullable=True),
    Field("readiness_high", "number", "Upper end of its 90 % interval.", nullable=True),
    *_ARMS,
    Field("grade", "string", "By bands of readiness; empty for none.", enum=(*GRADES[::-1], "")),
    Field("stage", "string", "Likewise.", enum=(*STAGES, "")),
    Field("decision", "string", "What becomes of the lead now.", enum=DECISIONS),
    Field("model_decision", "string", "Likewise, without an override.", enum=DECISIONS),
    Field("person", "string", "The salesperson who gets it; empty if nobody in particular."),
    Field("why", "string", "Which rule of the policy decided, in words."),
    Field("threshold", "number", "The readiness from which leads are handed off.", nullable=True),
    Field("propensity", "number", "Probability with which this decision was taken.", nullable=True),
    Field("explored", "boolean", "Whether the decision was random, to learn from it."),
    Field("arm", "string", "Empty where there is no control group.", enum=(CONTROL, GATE, "")),
    Field("ruled_by", "string", "override, or the rule that decided; empty for the model."),
    *(
        Field(f"reason_{i}", "string", f"Reason {i} for the readiness, or empty.")
        for i in range(1, 6)
    ),
    *(
        size
        for i in range(1, 6)
        for size in (
            Field(f"reason_{i}_log_odds", "number", "What it moved the log-odds by.", True),
            Field(f"reason_{i}_odds_percent", "number", "What it moved the odds by, in %.", True),
        )
    ),
    _UPLIFT_WHY,
    Field("model_version", "string", "The version that answered."),
    Field("warnings", "string", "Warnings, separated by semicolons, or empty."),
)
_REQUEST_ID = Field("request_id", "string", "Names this request in logs and support requests.")
_FAULT = (
    Field("code", "string", "Stable name of the fault; empty when there is none."),
    Field("detail", "string", "The fault in one sentence."),
    Field("field", "string", "The field at fault; empty when none is."),
)
_PROBLEM = (
    Field("type", "string", "about:blank"),
    Field("title", "string", "The status in words."),
    Field("status", "integer", "The HTTP status."),
    *_FAULT,
    _REQUEST_ID,
)
_STATUS = Field("status", "integer", "201 new, 200 duplicate, 202 to be stored soon, 400 a fault.")
_WORDS = OUTCOMES["outcome"].words
_OUTCOME = (
    _LEAD_ID,
    Field("outcome", "string", "What became of it.", enum=_WORDS, example=_WORDS[0]),
    Field("closed_at", "date-time", "When it was won or lost.", nullable=True, example=_INSTANT),
    Field("amount", "number", "The amount of the deal.", nullable=True),
    Field("worked", "boolean", "Whether sales worked the lead.", nullable=True),
)
_DECISION = (
    Field("decided_at", "date-time", "When it was decided, UTC."),
    Field(
        "change",
        "number",
        "What moved logit(readiness) - logit(threshold) since the decision before; null where it "
        "cannot be said.",
        nullable=True,
    ),
    Field("change_why", "string", "Which part of it facts, time, model and policy moved."),
    Field("trend", "string", "improving, declining, steady or not enough info, over 30 days."),
)
_BY = Field("by", "string", "Who says so.", example="anna@example.com")
_FEEDBACK = (
    Field("agree", "boolean", "Whether the newest decision was right.", example=False),
    _BY,
    Field("reason", "string", "Why, in words.", example="They bought elsewhere."),
)
_OVERRIDE = (
    Field("decision", "string", "What becomes of the lead.", enum=DECISIONS, example="disqualify"),
    Field("until", "date-time", "How long it holds; empty: until the next one.", nullable=True),
    _BY,
    Field("reason", "string", "Why, in words.", example="This is a competitor."),
)
_AT = Field("at", "date-time", "When it was said, UTC.")
_ERASED = (
    _LEAD_ID,
    *(
        Field(name, "integer", f"How many {what} of it were erased from the store.")
        for name, what in (
            ("decisions", "decisions"),
            ("activities", "activities"),
            ("field_changes", "changes of fields"),
            ("outcomes", "outcomes"),
            ("feedback", "words of feedback"),
            ("overrides", "overrides"),
        )
    ),
    Field("waiting", "integer", "How many records that waited on the disk were erased."),
    Field("files", "integer", "From how many lists of leads it was erased."),
    Field("wal", "string", "Write-ahead log: truncated, pending while others read, or none."),
    Field("not_covered", "string", "What the erasure does not reach.", many=True),
)
_METRIC = (
    Field("value", "number", "On the test window of the evaluation fit.", nullable=True),
    Field("low", "number", "Lower end of its 90 % interval.", nullable=True),
    Field("high", "number", "Upper end of its 90 % interval.", nullable=True),
    Field("baseline", "number", "The same metric of the base rate alone.", nullable=True),
)
_MODEL = (
    Field("model", "string", "The registered model."),
    Field("version", "string", "The version that answers."),
    Field("created", "date-time", "When it was trained."),
    Field("horizon_days", "number", "Days within which a win counts.", nullable=True),
    Field("data_from", "date-time", "Start of its data.", nullable=True),
    Field("data_until", "date-time", "End of its data.", nullable=True),
    Field("metrics", "Metrics", "Metrics on leads that it was not trained on."),
    Field("features", "string", "Its features.", many=True),
    Field("warnings", "string", "Such as a champion that was moved past the gate."),
)


@dataclass(frozen=True, slots=True)
class Schema:
    """An object of JSON; `required` names the fields that have to be there."""

    fields: Sequence[Field]
    required: Sequence[str] = ()


def answer_fields(*, arms: bool) -> tuple[Field, ...]:
    """Return the fields of an answer, with those of both arms of the model or without."""
    of_arms = () if arms else (*_ARMS, _UPLIFT_WHY)
    return tuple(field for field in _EVERY_ANSWER if field not in of_arms)


def schemas(of: Described) -> dict[str, Schema]:
    """Return every schema by its name."""
    answer = answer_fields(arms=of.arms)
    lead = [*_LEAD, *_attributes(of.fields)]
    examples = [replace(field, example=of.example.get(field.name, field.example)) for field in lead]
    status = Field("status", "integer", "200, or 400 with code, detail and field.")
    return {
        "Lead": Schema(examples, ["lead_id"]),
        "Activity": Schema(_ACTIVITY, ["type", "occurred_at"]),
        "Other": Schema(_OTHER, ["lead_id", "created_at"]),
        "Answer": Schema([*answer, _REQUEST_ID]),
        "Leads": Schema([_list("leads", "Lead", "The leads to score")], ["leads"]),
        "Answers": Schema([_results("Result", "lead"), _REQUEST_ID]),
        "Result": Schema([status, *answer, *_FAULT]),
        "LeadActivity": Schema([_LEAD_ID, *_ACTIVITY], ["lead_id", "type", "occurred_at"]),
        "Activities": Schema(
            [_list("activities", "LeadActivity", "What happened to leads")], ["activities"]
        ),
        "Outcome": Schema(
            [_with_words(field, of.outcomes) for field in _OUTCOME], ["lead_id", "outcome"]
        ),
        "Outcomes": Schema([_list("outcomes", "Outcome", "What became of leads")], ["outcomes"]),
        "Receipts": Schema([_results("Receipt", "item"), _REQUEST_ID]),
        "Receipt": Schema([_STATUS, _LEAD_ID, *_FAULT]),
        "LeadDecisions": Schema(
            [
                _LEAD_ID,
                Field("decisions", "Decision", "What was decided, oldest first.", many=True),
                Field("feedback", "Feedback", "What people said of it, oldest first.", many=True),
                Field("overrides", "Override", "What they decided, oldest first.", many=True),
                _REQUEST_ID,
            ]
        ),
        "Feedback": Schema([_AT, *_FEEDBACK]),
        "Override": Schema([_AT, *_OVERRIDE]),
        "LeadFeedback": Schema([_LEAD_ID, *_FEEDBACK], ["lead_id", "agree", "by"]),
        "LeadOverride": Schema([_LEAD_ID, *_OVERRIDE], ["lead_id", "decision", "by", "reason"]),
        "FeedbackKept": Schema([_LEAD_ID, *_FEEDBACK, _REQUEST_ID]),
        "OverrideKept": Schema([_LEAD_ID, *_OVERRIDE, _REQUEST_ID]),
        "Erased": Schema([*_ERASED, _REQUEST_ID]),
        "Decision": Schema([*answer, _REQUEST_ID, *_DECISION]),
        "Model": Schema(_MODEL),
        "Metrics": Schema([Field(name, "Metric", name) for name in METRICS]),
        "Metric": Schema(_METRIC),
        "Problem": Schema(_PROBLEM),
    }


def _attributes(types: Mapping[str, str]) -> list[Field]:
    named = {field.name for field in _LEAD}
    return [
        Field(name, type_, "An attribute by its name in the export.", nullable=True)
        for name, type_ in sorted(types.items())
        if name not in named
    ]


def _with_words(field: Field, words: tuple[str, ...]) -> Field:
    return replace(field, enum=(*field.enum, *words)) if field.enum else field


def _list(name: str, schema: str, what: str) -> Field:
    return Field(name, schema, f"{what}, up to {MAX_LEADS}.", many=True)


def _results(schema: str, of: str) -> Field:
    return Field("results", schema, f"One for each {of}, in the order sent.", many=True)
