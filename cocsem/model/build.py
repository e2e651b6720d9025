"""From model text to the parameter table: what the user wrote, what the rules add, which rows are one parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from cocsem.errors import ModelError, ModelSyntaxError, UsageError
from cocsem.model.automatic import Rules, auto_rows, set_scales
from cocsem.model.draft import Draft, DraftRow, Key, row_key
from cocsem.model.expressions import parse_expression
from cocsem.model.ordinal_rows import Counts, Sharing, check_ordered, check_sharing, check_thresholds, release_responses
from cocsem.model.roles import Roles, assign_roles
from cocsem.model.syntax import Relation, Statement, Term, parse_syntax
from cocsem.model.types import Constraint, ModelSpec, Row

GROUP_EQUAL = (
    "loadings", "intercepts", "means", "thresholds", "regressions",
    "residuals", "residual.covariances", "lv.variances", "lv.covariances",
)  # fmt: skip


def build_spec(
    text: str,
    rules: Rules,
    *,
    groups: tuple[str, ...] = ("",),
    group_equal: Iterable[str] | None = (),
    group_partial: Iterable[str] | None = (),
    thresholds: Counts = (),
) -> ModelSpec:
    """Build the parameter table of a model.

    Parameters
    ----------
    text : lavaan syntax.
    rules : the automatic rules that hold.
    groups : labels of the groups, in the order of the data.
    group_equal : kinds of parameters held equal across groups (lavaan's `group.equal`).
    group_partial : rows such as `x3~1` that stay free all the same.
    thresholds : the ordered items, each with its number of thresholds.

    Raises
    ------
    ModelSyntaxError, ModelError, UsageError : with what to do.

    >>> spec = build_spec("f =~ x1 + x2 + x3", Rules())
    >>> spec.n_free, [(r.lhs, r.op, r.rhs) for r in spec.rows if r.free][:2]
    (6, [('f', '=~', 'x2'), ('f', '=~', 'x3')])
    """
    equal, partial = (
        (names,) if isinstance(names, str) else tuple(names or ()) for names in (group_equal, group_partial)
    )
    return _build(text, rules, groups, equal, partial, tuple(thresholds))


@lru_cache(maxsize=64)
def _build(
    text: str,
    rules: Rules,
    groups: tuple[str, ...],
    group_equal: tuple[str, ...],
    group_partial: tuple[str, ...],
    thresholds: Counts,
) -> ModelSpec:
    """The same from values that are compared by what they hold: a text read once is not read again."""
    statements, relations = parse_syntax(text)
    roles = assign_roles(statements, dict(thresholds))
    check_thresholds(statements, roles.thresholds)
    equal = check_sharing(_check_group_equal(group_equal), roles, rules.parameterization)
    meanstructure = _needs_means(statements, roles, rules, groups)
    drafts = [
        _draft_group(statements, roles, rules, meanstructure, Draft(g + 1, len(groups))) for g in range(len(groups))
    ]
    sharing = Sharing(equal, _partial_keys(group_partial, drafts[0]))
    _release_across_groups(drafts, sharing, roles, rules)
    labels = _written_labels(statements)
    merges = tuple(r for r in relations if _is_merge(r, labels))
    rows = _number(drafts, sharing, roles, _merged_labels(merges))
    spec = ModelSpec(
        rows=rows,
        constraints=tuple(_text(r) for r in relations if r.op != ":=" and r not in merges),
        definitions=tuple(_text(r) for r in relations if r.op == ":="),
        observed=roles.observed,
        latent=roles.latent,
        exogenous=roles.exogenous if rules.fixed_x else (),
        covariates=roles.exogenous,
        groups=groups,
        meanstructure=meanstructure,
        std_lv=rules.std_lv,
        orthogonal=rules.orthogonal,
        ordered=tuple(roles.thresholds),
        parameterization=rules.parameterization,
    )
    _check_labels(spec, relations)
    return spec


def _needs_means(statements: tuple[Statement, ...], roles: Roles, rules: Rules, groups: tuple[str, ...]) -> bool:
    written = any(s.op == "~1" for s in statements) or bool(roles.thresholds)
    if written and rules.meanstructure is False:
        what = (
            "the thresholds of ordered items are"
            if roles.thresholds
            else "the intercepts ('~ 1') of the model text are"
        )
        raise UsageError(
            f"meanstructure=False cannot be kept: {what} part of it. Take them out, or leave meanstructure out."
        )
    return written or bool(rules.meanstructure) or (rules.meanstructure is None and len(groups) > 1)


def _draft_group(
    statements: tuple[Statement, ...], roles: Roles, rules: Rules, meanstructure: bool, draft: Draft
) -> Draft:
    """Rows of one group: user rows, automatic rows, then scales, then the user's modifiers, which win."""
    written: list[tuple[DraftRow, Term, bool]] = []
    first: dict[Key, int] = {}
    for place, s in enumerate(statements):
        for lhs in s.lhs:
            for term in s.terms:
                row = draft.add(DraftRow(lhs, s.op, term.name, free=True))
                again = first.setdefault(row.key, place) != place
                written.append((row, term, again))
    for row in auto_rows(roles, rules, meanstructure):
        draft.add(row)
    set_scales(draft, roles, rules)
    for row, term, again in written:
        before = row.free, row.value
        draft.modify(row, term)
        if again and (row.free, row.value) != before:
            raise ModelSyntaxError(
                f"A parameter must not be said to be two things, but '{row.lhs} {row.op} {row.rhs}' stands in an earlier line already, as "
                "something else. Leave one of the two lines out.",
                term.token.source,
                term.token.line,
                term.token.column,
            )
    check_ordered(draft, roles, rules.parameterization)
    return draft


def _kind(row: DraftRow, roles: Roles) -> str:
    """The name `group_equal` has for a row; the moments of covariates that nothing explains have none."""
    if row.lhs in roles.exogenous and row.op in ("~~", "~1"):
        return ""
    latent = row.lhs in roles.latent
    if row.op == "~~":
        same = row.lhs == row.rhs
        if latent:  # an observed variable on the right makes no difference (as in lavaan)
            return "lv.variances" if same else "lv.covariances"
        return "residuals" if same else "residual.covariances"
    names = {"=~": "loadings", "~": "regressions", "|": "thresholds", "~1": "means" if latent else "intercepts"}
    return names.get(row.op, "")


def _check_group_equal(names: Iterable[str]) -> tuple[str, ...]:
    given = (names,) if isinstance(names, str) else tuple(names)
    for name in given:
        if name not in GROUP_EQUAL:
            raise UsageError(f"group_equal must be among {', '.join(GROUP_EQUAL)}; '{name}' was given.")
    return given


def _release_across_groups(drafts: list[Draft], sharing: Sharing, roles: Roles, rules: Rules) -> None:
    """Equal intercepts free the latent means of later groups, equal loadings free their unit variances, and the markers that
    `group_partial` names where other loadings carry the unit across groups (as in lavaan, the last since 0.6-20)."""
    equal = sharing.equal
    release_responses(drafts, sharing, roles, rules.parameterization)
    shared = drafts[0].rows.keys() - sharing.partial if "loadings" in equal else ()
    carried = {lhs for lhs, op, _ in shared if op == "=~"}
    for draft in drafts[1:]:
        for row in draft:
            if row.op == "=~" and row.by_rule and row.key in sharing.partial and row.lhs in carried:
                row.free, row.value = True, None
            if row.user or row.lhs not in roles.latent:
                continue
            mean = row.op == "~1" and "intercepts" in equal and "means" not in equal
            variance = (
                row.op == "~~"
                and row.lhs == row.rhs
                and rules.std_lv
                and "loadings" in equal
                and "lv.variances" not in equal
            )
            if mean or variance:
                row.free, row.value = True, None


def _partial_keys(texts: Iterable[str], draft: Draft) -> frozenset[Key]:
    keys = set()
    for text in (texts,) if isinstance(texts, str) else texts:
        if not isinstance(text, str):
            raise UsageError(f"group_partial must name rows of the model; '{text}' is none of them.")
        for s in parse_syntax(text)[0]:
            key = row_key(s.lhs[0], s.op, s.terms[0].name)
            if key not in draft.rows:
                raise UsageError(f"group_partial must name rows of the model; '{text}' is none of them.")
            keys.add(key)
    return frozenset(keys)


def _written_labels(statements: tuple[Statement, ...]) -> set[str]:
    """Labels that stand before terms of the model."""
    return {label for s in statements for term in s.terms for label in term.labels or ()}


def _is_merge(relation: Relation, labels: set[str]) -> bool:
    """`a == b` between two labels of the model makes them one parameter (a defined name stays a constraint)."""
    sides = (relation.lhs, relation.rhs)
    return relation.op == "==" and all(len(side) == 1 and side[0].text in labels for side in sides)


def _merged_labels(relations: Iterable[Relation]) -> dict[str, str]:
    """Map each label to the one that stands for it after `a == b`."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    for relation in relations:
        a, b = root(relation.lhs[0].text), root(relation.rhs[0].text)
        if a != b:
            parent[b] = a
    return {name: root(name) for name in parent}


def _hold_fixed(drafts: list[Draft], sharing: Sharing, roles: Roles) -> None:
    """What `group_equal` holds equal and the user fixed in one group is fixed in all of them, at the first value (as in lavaan)."""
    held: dict[Key, float] = {}
    for row in (row for draft in drafts for row in draft):
        if _kind(row, roles) in sharing.equal and row.key not in sharing.partial and not row.free and not row.exo:
            held.setdefault(row.key, row.value or 0.0)
    for row in (row for draft in drafts for row in draft if row.key in held):
        row.free, row.value = False, held[row.key]


def _number(drafts: list[Draft], sharing: Sharing, roles: Roles, merged: dict[str, str]) -> tuple[Row, ...]:
    """Number the free parameters: rows with one label, or held equal across groups, share a number."""
    _hold_fixed(drafts, sharing, roles)
    fixed = {
        merged.get(row.label, row.label): row.value
        for d in drafts
        for row in d
        if row.label and not row.free and row.value is not None
    }
    numbers: dict[object, int] = {}
    identities: dict[tuple[str, int], object] = {}
    rows = []
    for draft in drafts:
        for row in draft:
            if row.free and merged.get(row.label, row.label) in fixed:
                row.free, row.value = False, fixed[merged.get(row.label, row.label)]
            own: object = (row.key, draft.group)
            if _kind(row, roles) in sharing.equal and row.key not in sharing.partial and row.free:
                own = (row.key, "equal")
            identity: object = ("label", merged.get(row.label, row.label)) if row.label else own
            if row.equal:
                identity = _equal_to(row, draft, identities)
            identities[(f"{row.lhs}{row.op}{row.rhs}", draft.group)] = identity
            free = numbers.setdefault(identity, len(numbers) + 1) if row.free else 0
            value = row.start if row.free else row.value
            rest = (row.label, row.lower, row.upper, row.exo, row.user)
            rows.append(Row(row.lhs, row.op, row.rhs, draft.group, free, value, *rest))
    return tuple(rows)


def _equal_to(row: DraftRow, draft: Draft, identities: Mapping[tuple[str, int], object]) -> object:
    """What the row is that `equal("...")` names: one that stands before it, or a label of the model."""
    known = identities.get((row.equal.replace(" ", ""), draft.group))
    if known is None and row.equal not in {other.label for other in draft}:
        raise ModelError(
            f"equal() must name a row that stands before it, such as equal(\"f=~x1\"), or a label of the model; '{row.equal}' "
            f"at '{row.lhs} {row.op} {row.rhs}' is neither."
        )
    return ("label", row.equal) if known is None else known


def _text(relation: Relation) -> Constraint:
    return Constraint(_join(relation.lhs), relation.op, _join(relation.rhs))


def _join(tokens: Iterable[object]) -> str:
    return "".join(str(getattr(t, "text", t)) for t in tokens)


def _check_labels(spec: ModelSpec, relations: tuple[Relation, ...]) -> None:
    """Every label used in a relation must exist; a new name must be new."""
    labels = {row.label for row in spec.rows if row.label}
    for relation in relations:
        sides = (relation.rhs,) if relation.op == ":=" else (relation.lhs, relation.rhs)
        for side in sides:
            for name in parse_expression(side).labels():
                if name not in labels:
                    token = next(t for t in side if t.text == name)
                    raise token.fault(
                        f"The label '{name}' must stand before a term of the model (as in {name}*x), but it does not."
                    )
        if relation.op == ":=":
            if relation.lhs[0].text in labels:
                raise relation.lhs[0].fault(
                    f"The name '{relation.lhs[0].text}' left of ':=' must be new, but it is used already."
                )
            labels.add(relation.lhs[0].text)
    both = sorted(set(spec.observed) & set(spec.latent))
    if both:
        raise ModelError(f"A variable must be latent or observed, not both: {', '.join(both)}.")
