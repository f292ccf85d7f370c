"""Check the integration as hassfest and HACS would, but without the network.

V/bin/python scripts/validate_integration.py

Home Assistant's own hassfest is not in its package on the registry, and the HACS action asks GitHub. This
covers what both refuse most often. Prints every problem; exit status 1 if there is one.
"""

from __future__ import annotations

import ast
import json
import re
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import homeassistant.const as ha  # first: it may replace voluptuous
import voluptuous as vol
from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
from homeassistant.helpers import config_validation as cv, selector
from homeassistant.util.yaml import load_yaml_dict

ROOT = Path(__file__).resolve().parent.parent
COMPONENT = ROOT / "custom_components" / "smartguard"
# Set up with every Home Assistant, so that nobody declares them.
ALWAYS_THERE = {
    "diagnostics",
    "homeassistant",
    "http",
    "logger",
    "persistent_notification",
    "repairs",
    "system_health",
}
Problems = Iterator[str]


def _version(value: str) -> str:
    AwesomeVersion(value, ensure_strategy=[AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.CALVER])
    return value


URL = vol.All(str, vol.Match(r"^https://[^/]+/"))
MANIFEST = vol.Schema(
    {
        vol.Required("domain"): cv.slug,
        vol.Required("name"): str,
        vol.Required("codeowners"): vol.All([vol.Match(r"^@[\w/-]+$")], vol.Length(min=1)),
        vol.Required("documentation"): URL,
        vol.Required("issue_tracker"): URL,
        vol.Required("version"): vol.All(str, _version),
        vol.Required("iot_class"): vol.In(["calculated", "local_push", "local_polling"]),
        vol.Required("integration_type"): vol.In(
            ["device", "entity", "hardware", "helper", "hub", "service", "system"]
        ),
        vol.Required("config_flow"): True,
        vol.Optional("single_config_entry"): bool,
        vol.Optional("dependencies"): [cv.slug],
        vol.Optional("after_dependencies"): [cv.slug],
        vol.Optional("requirements"): [str],
        vol.Optional("loggers"): [str],
        vol.Optional("import_executor"): bool,
    }
)
HACS = vol.Schema(
    {
        vol.Required("name"): str,
        vol.Required("homeassistant"): vol.All(str, vol.Match(r"^\d{4}\.\d{1,2}\.\d+$")),
        vol.Optional("content_in_root"): False,
        vol.Optional("filename"): vol.Match(r".+\.zip$"),
        vol.Optional("hacs"): str,
        vol.Optional("hide_default_branch"): bool,
        vol.Optional("render_readme"): bool,
        vol.Optional("zip_release"): bool,
    }
)


class Integration(NamedTuple):
    """What is checked."""

    folder: Path
    manifest: dict[str, Any]
    english: dict[str, Any]
    icons: dict[str, Any]
    services: dict[str, Any]
    code: dict[str, ast.Module]

    @classmethod
    def read(cls, folder: Path) -> Integration:
        """Read and parse every file of an integration."""
        services = folder / "services.yaml"
        return cls(
            folder,
            _json(folder / "manifest.json"),
            _json(folder / "translations" / "en.json"),
            _json(folder / "icons.json"),
            dict(load_yaml_dict(str(services))) if services.exists() else {},
            {p.relative_to(folder).as_posix(): ast.parse(p.read_text("utf-8")) for p in folder.rglob("*.py")},
        )


def _json(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}


def _calls(tree: ast.AST) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each call's last name and its keywords that are plain texts."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rsplit(".", 1)[-1]
            texts = {
                k.arg: k.value.value for k in node.keywords if k.arg and isinstance(k.value, ast.Constant)
            }
            yield name, {key: text for key, text in texts.items() if isinstance(text, str)}


def check_manifest(it: Integration) -> Problems:
    """The manifest: keys, their order, the domain, requirements with a lower bound and never a pin."""
    try:
        MANIFEST(it.manifest)
    except vol.MultipleInvalid as err:
        yield from (f"manifest.json: {error}" for error in err.errors)
    if it.manifest.get("domain") != it.folder.name:
        yield f"manifest.json: expected the domain {it.folder.name}, got {it.manifest.get('domain')}"
    order = ["domain", "name", *sorted(it.manifest.keys() - {"domain", "name"})]
    if list(it.manifest) != order:
        yield f"manifest.json: expected the keys in the order {order}"
    for requirement in it.manifest.get("requirements", []):
        if not re.fullmatch(r"[\w-]+>=[\d.]+", requirement):
            yield f"manifest.json: expected a requirement like numpy>=2, got {requirement}"


def check_dependencies(it: Integration) -> Problems:
    """Components that the code imports are declared."""
    declared = {
        *it.manifest.get("dependencies", []),
        *it.manifest.get("after_dependencies", []),
        *ALWAYS_THERE,
    }
    platforms = {Path(name).stem for name in it.code} | {platform.value for platform in ha.Platform}
    for name, tree in it.code.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                "homeassistant.components"
            ):
                rest = (node.module or "").split(".")[2:3]
                used = set(rest or [alias.name for alias in node.names])
                for component in sorted(used - declared - platforms):
                    yield f"{name}: imports components.{component}, which the manifest does not declare"


def check_hacs(it: Integration) -> Problems:
    """The file hacs.json, and the picture that HACS and Home Assistant show."""
    try:
        hacs = HACS(_json(it.folder.parent.parent / "hacs.json"))
        if hacs.get("zip_release") and not hacs.get("filename"):
            yield "hacs.json: zip_release needs filename"
    except vol.MultipleInvalid as err:
        yield from (f"hacs.json: {error}" for error in err.errors)
    icon = it.folder / "brand" / "icon.png"
    if not icon.exists():
        yield "brand/icon.png is missing"
    elif (size := struct.unpack(">II", icon.read_bytes()[16:24])) != (256, 256):
        yield f"brand/icon.png: expected 256 x 256 pixels, got {size[0]} x {size[1]}"


def check_setup(it: Integration) -> Problems:
    """The entry points that Home Assistant looks for."""
    body = it.code["__init__.py"].body
    functions = {node.name for node in body if isinstance(node, ast.AsyncFunctionDef)}
    names = {ast.unparse(t) for node in body if isinstance(node, ast.Assign) for t in node.targets}
    names |= {ast.unparse(node.target) for node in body if isinstance(node, ast.AnnAssign)}
    for wanted in ("async_setup_entry", "async_unload_entry"):
        if wanted not in functions:
            yield f"__init__.py: {wanted} is missing"
    if "async_setup" in functions and "CONFIG_SCHEMA" not in names:
        yield "__init__.py: async_setup needs CONFIG_SCHEMA"


def check_services(it: Integration) -> Problems:
    """Every action and field has a name, a description, a valid selector and an icon."""
    for name, service in it.services.items():
        texts = it.english.get("services", {}).get(name, {})
        yield from (
            f"translations: services.{name}.{k} is missing" for k in ("name", "description") if k not in texts
        )
        if name not in it.icons.get("services", {}):
            yield f"icons.json: services.{name} is missing"
        for field, spec in ((service or {}).get("fields") or {}).items():
            known = texts.get("fields", {}).get(field, {})
            for key in {"name", "description"} - known.keys():
                yield f"translations: services.{name}.fields.{field}.{key} is missing"
            try:
                selector.validate_selector((spec or {}).get("selector", {}))
            except vol.Invalid as err:
                yield f"services.yaml: {name}.{field}: {err}"
    for icon in re.findall(r'"(mdi[^"]*)"', json.dumps(it.icons)):
        if not re.fullmatch(r"mdi:[a-z0-9-]+", icon):
            yield f"icons.json: expected an icon like mdi:shield, got {icon}"


def check_flow(it: Integration) -> Problems:
    """Each step, error and abort reason of the flows is translated, each field of a step described."""
    for node in ast.walk(it.code.get("config_flow.py", ast.Module([], []))):
        if not isinstance(node, ast.ClassDef):
            continue
        section = "options" if any("OptionsFlow" in ast.unparse(base) for base in node.bases) else "config"
        texts = it.english.get(section, {})
        for call, keywords in _calls(node):
            step, reason = keywords.get("step_id"), keywords.get("reason")
            if call == "async_show_form" and step and step not in texts.get("step", {}):
                yield f"translations: {section}.step.{step} is missing"
            if call == "async_abort" and reason and reason not in texts.get("abort", {}):
                yield f"translations: {section}.abort.{reason} is missing"
    for section in ("config", "options"):
        for step, texts in it.english.get(section, {}).get("step", {}).items():
            for field in texts.get("data", {}).keys() - texts.get("data_description", {}).keys():
                yield f"translations: {section}.step.{step}.data_description.{field} is missing"


def check_keys(it: Integration) -> Problems:
    """Every translation key that the code names is translated."""
    known = {part for path in _flat(it.english) for part in path.split(".")}
    for name, tree in it.code.items():
        keys = {texts["translation_key"] for _, texts in _calls(tree) if "translation_key" in texts}
        keys |= {
            str(node.value.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            if "_attr_translation_key" in map(ast.unparse, node.targets)
        }
        yield from (f"{name}: no translation for the key {key}" for key in sorted(keys - known))


def check_languages(it: Integration) -> Problems:
    """Every language has the keys and placeholders of the English texts."""
    english = _flat(it.english)
    for path in sorted((it.folder / "translations").glob("*.json")):
        texts = _flat(_json(path))
        yield from (f"{path.name}: {key} is missing" for key in sorted(english.keys() - texts.keys()))
        yield from (f"{path.name}: {key} is not in en.json" for key in sorted(texts.keys() - english.keys()))
        for key in sorted(english.keys() & texts.keys()):
            if _placeholders(english[key]) != _placeholders(texts[key]):
                yield f"{path.name}: {key} has other placeholders than in en.json"
    if (it.folder / "strings.json").exists():
        yield "strings.json: only read in Home Assistant's own repository"


def _flat(texts: dict[str, Any], before: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in texts.items():
        flat |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": str(value)}
    return flat


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


CHECKS: tuple[Callable[[Integration], Problems], ...] = (
    check_manifest,
    check_dependencies,
    check_hacs,
    check_setup,
    check_services,
    check_flow,
    check_keys,
    check_languages,
)


def problems(folder: Path = COMPONENT) -> list[str]:
    """Return all that hassfest or HACS would refuse."""
    integration = Integration.read(folder)
    return [problem for check in CHECKS for problem in check(integration)]


if __name__ == "__main__":
    found = problems()
    print("\n".join(found))
    print(f"{COMPONENT.name}: {len(CHECKS)} checks, {len(found)} problems")
    sys.exit(bool(found))
