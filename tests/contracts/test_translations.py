"""Everything that a person reads is in translations/en.json, and everything there is used."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

import pytest

from .sources import COMPONENT, CORE, files, tree, where

EN: dict[str, Any] = json.loads((COMPONENT / "translations" / "en.json").read_text(encoding="utf-8"))
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text(encoding="utf-8"))
PLATFORMS = ("binary_sensor", "button", "event", "number", "select", "sensor", "switch")
LANGUAGES = {"en", "de", "es", "fr", "it", "nl", "pl", "pt-BR", "zh-Hans"}
FLOWS = {"config": "SmartGuardConfigFlow", "options": "SmartGuardOptionsFlow"}
# A description whose device class brings an icon and a name would need none of its own; ours have both.
ERRORS = {"HomeAssistantError", "ServiceValidationError", "ConfigEntryNotReady", "ConfigEntryError"}


def modules() -> Iterator[ast.Module]:
    yield from (tree(path) for path in files(COMPONENT, without=CORE))


def calls(*names: str) -> Iterator[ast.Call]:
    """Yield the calls of these functions, called by name or as an attribute."""
    for module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and called(node) in names:
                yield node


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((word.value for word in call.keywords if word.arg == name), None)


def constants() -> dict[str, str]:
    """Return the text constants of const.py by name."""
    return {
        node.target.id: node.value.value
        for node in ast.walk(tree(COMPONENT / "const.py"))
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def text(node: ast.expr | None) -> str | None:
    """Return a text that stands in the code, literally or by the name of a constant."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants().get(node.id) if isinstance(node, ast.Name) else None


def descriptions(platform: str) -> Iterator[ast.Call]:
    """Yield the entity descriptions of a platform's file."""
    for node in ast.walk(tree(COMPONENT / f"{platform}.py")):
        if isinstance(node, ast.Call) and called(node).endswith("Description"):
            yield node


def entity_keys(platform: str) -> set[str]:
    return {key for call in descriptions(platform) if (key := text(keyword(call, "translation_key")))}


def placeholders(message: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(message) if field}


def given_placeholders(call: ast.Call) -> set[str]:
    node = keyword(call, "translation_placeholders")
    if not isinstance(node, ast.Dict):
        return set()
    return {str(text(key)) for key in node.keys}


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for key, below in node.items():
            yield from leaves(below, f"{path}.{key}" if path else key)
    else:
        yield path, node


def flow_class(name: str) -> ast.ClassDef:
    for node in ast.walk(tree(COMPONENT / "config_flow.py")):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return node
    pytest.fail(f"expected a class {name} in config_flow.py")


def flow_steps(name: str) -> set[str]:
    found = {
        text(keyword(node, "step_id"))
        for node in ast.walk(flow_class(name))
        if isinstance(node, ast.Call) and called(node) == "async_show_form"
    }
    return {step for step in found if step}


def sections() -> dict[str, set[str]]:
    """Return the sections of the options and their fields, by the constants that name them."""
    for node in ast.walk(tree(COMPONENT / "options.py")):
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "SECTIONS":
            assert isinstance(node.value, ast.Dict)
            rows = zip(node.value.keys, node.value.values, strict=True)
            return {str(text(key)): {str(text(field)) for field in value.elts} for key, value in rows}  # type: ignore[attr-defined]
    pytest.fail("expected SECTIONS in options.py")


def test_every_text_is_a_text() -> None:
    assert [path for path, value in leaves(EN) if not isinstance(value, str) or not value.strip()] == []


def test_texts_are_tidy() -> None:
    """No stray blanks, and braces that can be filled in."""
    untidy = [path for path, value in leaves(EN) if value != value.strip() or "  " in value]
    assert untidy == []
    assert all(placeholders(value) is not None for _, value in leaves(EN))


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_entity_has_a_name_and_no_name_is_left_over(platform: str) -> None:
    assert entity_keys(platform)
    assert set(EN["entity"][platform]) == entity_keys(platform)
    assert all(row["name"] for row in EN["entity"][platform].values())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_entity_has_an_icon(platform: str) -> None:
    assert set(ICONS["entity"][platform]) == entity_keys(platform)
    assert all(row["default"] for row in ICONS["entity"][platform].values())


def test_no_other_platform_is_translated() -> None:
    assert set(EN["entity"]) == set(PLATFORMS) == set(ICONS["entity"])


def test_every_description_has_a_translation_key() -> None:
    bare = [
        where(COMPONENT / f"{platform}.py", call)
        for platform in PLATFORMS
        for call in descriptions(platform)
        if not text(keyword(call, "translation_key"))
    ]
    assert bare == []


def test_icons_have_icon_names() -> None:
    assert [path for path, icon in leaves(ICONS) if not re.fullmatch(r"mdi:[a-z0-9-]+", icon)] == []


def test_icon_states_are_translated_states() -> None:
    for platform, rows in ICONS["entity"].items():
        for key, row in rows.items():
            known = set(EN["entity"][platform][key].get("state", {}))
            assert set(row.get("state", {})) <= (known or {"on", "off"}), f"{platform}.{key}"


def test_every_status_is_translated() -> None:
    statuses = {value for name, value in constants().items() if name.startswith("STATUS_")}
    assert statuses == set(EN["entity"]["sensor"]["status"]["state"])


def test_every_kind_of_alert_is_translated() -> None:
    types = {value for name, value in constants().items() if name.startswith("ALERT_")}
    assert types == set(EN["entity"]["event"]["alert"]["state_attributes"]["event_type"]["state"])


@pytest.mark.parametrize("kind", FLOWS)
def test_every_step_has_its_texts(kind: str) -> None:
    assert flow_steps(FLOWS[kind]) == set(EN[kind]["step"])
    for name, step in EN[kind]["step"].items():
        assert step["title"], name
        assert step["description"], name
        assert set(step.get("data", {})) == set(step.get("data_description", {})), name


def test_every_field_is_labeled_and_described() -> None:
    shown = EN["options"]["step"]["init"]["sections"]
    assert {name: set(section["data"]) for name, section in shown.items()} == sections()
    for name, section in shown.items():
        assert section["name"], name
        assert section["description"], name
        assert set(section["data_description"]) == set(section["data"]), name
    setup = sections()["guard"] | {"history_days", "alerts_per_week"}
    assert set(EN["config"]["step"]["user"]["data"]) == setup
    assert set(EN["config"]["step"]["reconfigure"]["data"]) == sections()["guard"]


@pytest.mark.parametrize("kind", FLOWS)
def test_every_form_error_is_translated(kind: str) -> None:
    used = {
        node.value.value
        for node in ast.walk(flow_class(FLOWS[kind]))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Subscript)
        and getattr(node.targets[0].value, "id", "") == "errors"
        and isinstance(node.value, ast.Constant)
    }
    assert used == set(EN[kind]["error"])


def test_every_raised_error_has_its_text_and_placeholders() -> None:
    """A key may be computed: such a raise must give at least what the texts ask for that no raise names."""
    named: dict[str, set[str]] = {}
    computed: list[set[str]] = []
    for call in calls(*ERRORS):
        assert keyword(call, "translation_key"), f"expected a translation key, got {ast.unparse(call)}"
        if key := text(keyword(call, "translation_key")):
            named[key] = given_placeholders(call)
        else:
            computed.append(given_placeholders(call))
    asked = {key: placeholders(row["message"]) for key, row in EN["exceptions"].items()}
    assert {key: asked.get(key) for key in named} == named
    rest = set(asked) - set(named)
    assert rest <= literals()
    assert [key for key in rest if not any(asked[key] <= given for given in computed)] == []


def literals() -> set[str]:
    return {
        node.value
        for module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_issue_has_its_text() -> None:
    issues = {value for name, value in constants().items() if name.startswith("ISSUE_")}
    assert issues == set(EN.get("issues", {}))
    for key, issue in EN.get("issues", {}).items():
        assert issue["title"], key
        fixed = issue.get("fix_flow", {}).get("step", {})
        assert issue.get("description") or all(step["description"] for step in fixed.values()), key
        assert ("description" in issue) != bool(fixed), f"expected a description or a flow of {key}"


def test_the_phrases_of_alerts_are_the_core_s_own() -> None:
    """The core tells in English without Home Assistant; what both say must not drift apart."""
    assert {key: EN["common"].get(key) for key in phrases()} == phrases()
    assert [key for key in EN["common"] if key not in phrases() and not key.startswith("push_")] == []


def phrases() -> dict[str, str]:
    """Return the table of core/phrases.py."""
    for node in ast.walk(tree(CORE / "phrases.py")):
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Dict):
            return dict(ast.literal_eval(node.value))
    pytest.fail("expected a table in core/phrases.py")


def test_these_languages_are_spoken() -> None:
    assert {path.stem for path in (COMPONENT / "translations").glob("*.json")} == LANGUAGES


def test_other_languages_have_the_same_keys_and_placeholders() -> None:
    english = dict(leaves(EN))
    for path in (COMPONENT / "translations").glob("*.json"):
        other = dict(leaves(json.loads(path.read_text(encoding="utf-8"))))
        assert set(other) == set(english), path.name
        differ = [key for key in english if placeholders(english[key]) != placeholders(other[key])]
        assert differ == [], path.name
        untidy = [key for key, value in other.items() if value != value.strip() or "  " in value]
        assert untidy == [], path.name
        whole = [key for key in english if "\n" in english[key] and english[key] == other[key]]
        assert path.stem == "en" or whole == [], path.name


def service_fields() -> dict[str, set[str]]:
    """Return the actions and their fields from services.yaml, which has two levels of names."""
    found: dict[str, set[str]] = {}
    action = ""
    for line in (COMPONENT / "services.yaml").read_text(encoding="utf-8").splitlines():
        indent, name = len(line) - len(line.lstrip()), line.strip().rstrip(":")
        if line and indent == 0:
            found[action := name] = set()
        elif indent == 4 and line.rstrip().endswith(":"):
            found[action].add(name)
    return found


def registered_actions() -> dict[str, set[str]]:
    """Return the actions and their fields as actions.py names them."""
    names = {
        node.target.id: str(node.value.value)
        for node in ast.walk(tree(COMPONENT / "actions.py"))
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    found = {}
    for call in calls("Action"):
        fields = keyword(call, "fields")
        assert isinstance(fields, ast.Dict)
        own = {names[ast.unparse(key.args[0])] for key in fields.keys if isinstance(key, ast.Call)}
        found[str(text(keyword(call, "name")))] = own | {"config_entry_id"}
    return found


def test_actions_are_described_everywhere() -> None:
    registered = registered_actions()
    assert registered
    assert service_fields() == registered
    assert {name: set(row["fields"]) for name, row in EN["services"].items()} == registered
    assert set(ICONS["services"]) == set(registered)


def test_actions_have_names_and_descriptions() -> None:
    for name, row in EN["services"].items():
        for place in (row, *row["fields"].values()):
            assert place["name"], name
            assert place["description"], name
