"""Measures as statements of a plan: what the sheet says, and for each statement the cell that says it."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from api.intake.bodies import Mention
from api.intake.choice import Plan
from api.intake.concepts import concept
from api.intake.faults import Place, Remarks
from api.intake.folding import fold
from api.intake.framework import Framework, short_label
from api.intake.measures import Measure, Text
from api.intake.periods import written
from api.intake.statements import Statements
from api.intake.terms import ATF, DCTERMS, ELI, RDF, SKOS
from api.vocabulary import ID as _ID

ID: Final = str(_ID)
UNTRANSLATED: Final = {"en": "untranslated", "ro": "netradus"}
_ROLES: Final = {"lead": "has-task", "principal": "has-task", "coordinator": "has-task", "partner": "as-partner"}
# How the plan names a body, in its statement; and the role in its label.
_DUTY: Final = {
    "lead": ("as responsible for", "ca responsabil pentru", "responsible", "responsabil"),
    "principal": (
        "as the main responsible for",
        "ca responsabil principal pentru",
        "main responsible",
        "responsabil principal",
    ),
    "coordinator": ("as coordinator of", "ca instituție coordonatoare pentru", "coordinator", "coordonator"),
    "partner": ("as a partner in", "ca partener la", "partner", "partener"),
}


class PlanGraph:
    """Writes the measures of one plan; ``whole`` says that the file holds all of it."""

    def __init__(self, framework: Framework, plan: Plan, remarks: Remarks, *, whole: bool) -> None:
        self.framework, self.plan, self.remarks, self.whole = framework, plan, remarks, whole
        self.out = Statements()
        self._from_objective = self._without_function = 0
        self._sheets: dict[str, str] = {}

    def write(self, measures: Sequence[Measure]) -> Statements:
        """Return the statements about the measures, in the order in which they stand."""
        self._document()
        numbers = _numbers(measures, self.remarks)
        for measure, number in zip(measures, numbers, strict=True):
            self._measure(measure, number)
        place = measures[0].activity.place if measures else Place(self.plan.slug)
        for key, count in (
            ("function-of-objective", self._from_objective),
            ("without-function", self._without_function),
        ):
            if count:
                self.remarks.notice(Place(place.sheet), key, count=str(count))
        return self.out

    def _document(self) -> None:
        plan, iri = self.plan, self.plan.iri
        if not (plan.known and plan.known.loaded == self.whole):
            self.out.add(iri, ATF.contentLoaded, self.whole)
        if plan.known:
            return
        self.out.add(iri, RDF.type, ATF.PolicyDocument)
        self.out.label(iri, plan.label("en"), plan.label("ro"))
        self.out.add(iri, ATF.validFrom, plan.period[0])
        self.out.add(iri, ATF.validThrough, plan.period[1])
        self.out.add(iri, ELI.type_document, concept("document-type", "action-plan"))
        if plan.strategy:
            self.out.add(iri, ATF.refersTo, plan.strategy.iri)
        self.out.text(iri, DCTERMS.identifier, written(plan.period))

    def _measure(self, measure: Measure, number: str) -> None:
        slug = f"{self.plan.slug}-{_slug(number)}"
        iri = f"{ID}measure/{slug}"
        name = self.plan.name
        out = self.out
        out.add(iri, RDF.type, ATF.Measure)
        self._days(iri)
        self._text(iri, measure.activity, f"Measure {number} of plan {name}", f"Măsura {number} din planul {name}")
        out.text(iri, DCTERMS.identifier, number)
        out.add(iri, DCTERMS.isPartOf, self.plan.iri)
        out.add(iri, DCTERMS.source, self._passage(measure.activity.place))
        if measure.objective:
            out.add(iri, ATF.contributesTo, measure.objective)
        else:
            self.remarks.notice(measure.activity.place, "no-objective", next(iter(measure.activity.words.values())))
        for day in measure.deadline.dates:
            out.add(iri, ATF.dueDate, day)
        for recurrence in measure.deadline.recurrences:
            out.add(iri, ATF.recurrence, concept("frequency", recurrence))
        self._money(iri, measure)
        for place, indicator in enumerate(measure.indicators, 1):
            own = f"{ID}indicator/{slug}-{place}"
            out.add(own, RDF.type, ATF.Indicator)
            self._days(own)
            en, ro = (
                f"Indicator {place} of measure {number} of plan {name}",
                f"Indicatorul {place} al măsurii {number} din planul {name}",
            )
            self._text(own, indicator, en, ro)
            out.add(own, DCTERMS.isPartOf, self.plan.iri)
            out.add(own, DCTERMS.source, self._passage(indicator.place))
            out.add(iri, ATF.measuredBy, own)
        if not measure.responsible:
            self.remarks.notice(Place(measure.activity.place.sheet, measure.row), "no-responsible")
        if not (measure.deadline.dates or measure.deadline.recurrences):
            self.remarks.notice(Place(measure.activity.place.sheet, measure.row), "no-deadline")
        for side, mentions in (("lead", measure.responsible), ("partner", measure.partners)):
            for mention, cell in mentions:
                role = mention.role if mention.role and side == "lead" else side
                self._duty(measure, number, mention, role=role, place=cell)

    def _days(self, iri: str) -> None:
        """Let a part of the plan count in its period: the plan may be a part of a collection without one."""
        self.out.add(iri, ATF.validFrom, self.plan.period[0])
        self.out.add(iri, ATF.validThrough, self.plan.period[1])

    def _money(self, iri: str, measure: Measure) -> None:
        for body in measure.resources.payers:
            self.out.add(iri, ATF.payer, body.iri)
        for amount, currency in measure.resources.amounts:
            self.out.add(iri, ATF.budgetAmount, amount)
            self.out.text(iri, ATF.budgetCurrency, currency)
        years = set(measure.resources.years)
        first, last = self.plan.period
        if measure.resources.amounts and not years and first.year == last.year:
            years = {first.year}
        for year in years if measure.resources.amounts else ():
            self.out.add(iri, ATF.year, year)
        for source, place in measure.sources.items():
            own = f"{ID}funding-source/{self.plan.slug}-{_slug(source)[:60].strip('-')}"
            if own not in self.out:
                self.out.add(own, RDF.type, ATF.FundingSource)
                text = Text({measure.language: source}, place)
                self._text(
                    own,
                    text,
                    f"Funding source of plan {self.plan.name}",
                    f"Sursă de finanțare a planului {self.plan.name}",
                )
                self.out.add(own, DCTERMS.isPartOf, self.plan.iri)
                self.out.add(own, DCTERMS.source, self._passage(place))
            self.out.add(iri, ATF.fundedBy, own)

    def _duty(self, measure: Measure, number: str, mention: Mention, *, role: str, place: Place) -> None:
        slug = f"{self.plan.slug}-{_slug(number)}"
        own = f"{ID}responsibility/{slug}-{role}-{mention.body.slug}"
        name = self.plan.name
        out = self.out
        out.add(own, RDF.type, ATF.Responsibility)
        en, ro = (_name(mention, lang) for lang in ("en", "ro"))
        says, spune, title, titlu = _DUTY[role]
        out.label(
            own, f"{en}: {title}, measure {number} of plan {name}", f"{ro}: {titlu}, măsura {number} din planul {name}"
        )
        out.text(own, ATF.statement, f"Plan {name} names {en} {says} measure {number}.", "en")
        out.text(own, ATF.statement, f"Planul {name} numește {ro} {spune} măsura {number}.", "ro")
        out.add(own, ATF.holder, mention.body.iri)
        for body in mention.through:
            out.add(own, ATF.actsThrough, body.iri)
        out.add(own, ATF.role, concept("role", role))
        out.add(own, ATF.modality, concept("modality", _ROLES[role]))
        out.add(own, ATF.concerns, f"{ID}measure/{slug}")
        out.add(own, DCTERMS.source, self._passage(place))
        if self.plan.known and self.plan.known.act:
            out.add(own, ATF.legalBasis, self.plan.known.act)
        for function in self._functions(measure):
            out.add(own, ATF.function, function)
        for group in measure.groups:
            out.add(own, ATF.targetGroup, group)

    def _functions(self, measure: Measure) -> list[str]:
        if measure.functions:
            return measure.functions
        required = self.framework.requires.get(measure.objective or "", set())
        if len(required) == 1:
            self._from_objective += 1
            return list(required)
        self._without_function += 1
        return []

    def _text(self, iri: str, text: Text, en: str, ro: str) -> None:
        """Label a thing with its words; the language that has none gets a name, and a note that says so."""
        self.out.label(iri, text.words.get("en", en), text.words.get("ro", ro))
        for lang, note in UNTRANSLATED.items():
            if not text.words.get(lang):
                self.out.text(iri, SKOS.editorialNote, note, lang)

    def _passage(self, place: Place) -> str:
        """Return the passage of a cell: sheet, row and column of the plan, never a place of the strategy."""
        sheet = self._sheets.get(place.sheet)
        if sheet is None:
            sheet = _slug(place.sheet) or "sheet"
            while sheet in self._sheets.values():
                sheet += "-x"
            self._sheets[place.sheet] = sheet
        iri = f"{ID}passage/{self.plan.slug}-{sheet}-{place.letter.lower()}{place.row}"
        if iri not in self.out:
            self.out.add(iri, RDF.type, ATF.Passage)
            self.out.text(iri, DCTERMS.identifier, str(place))
            self.out.add(iri, ELI.is_part_of, self.plan.iri)
            self.out.add(iri, ATF.coverage, concept("coverage", "encoded"))
            name = self.plan.name
            self.out.label(
                iri,
                f"Plan {name}, sheet {place.sheet}, row {place.row}, column {place.letter}",
                f"Planul {name}, foaia {place.sheet}, rândul {place.row}, coloana {place.letter}",
            )
        return iri


def _name(mention: Mention, lang: str) -> str:
    own = short_label([mention.body], lang)
    if not mention.through:
        return own
    # In an order that does not depend on the cell, so that the plan can be written out and read in again.
    through = short_label(sorted(mention.through, key=lambda body: body.iri), lang)
    return f"{own} ({'through' if lang == 'en' else 'prin'} {through})"


def _numbers(measures: Sequence[Measure], remarks: Remarks) -> list[str]:
    """Return the printed numbers of measures, or the order in which they stand where these do not tell them apart."""
    printed = [measure.number.strip().rstrip(".") for measure in measures]
    counts = Counter(_slug(number) for number in printed)
    if all(counts) and all(count == 1 for count in counts.values()):
        return printed
    first: dict[str, int] = {}
    for measure, number in zip(measures, printed, strict=True):
        before = first.setdefault(_slug(number), measure.row)
        if number and before != measure.row:
            remarks.notice(Place(measure.activity.place.sheet, measure.row), "same-number", number, row=str(before))
            break
    return [str(place) for place in range(1, len(measures) + 1)]


def _slug(text: str) -> str:
    return re.sub(r"-+", "-", "-".join(fold(text).split()))
