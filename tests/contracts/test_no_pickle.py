"""No file that this project reads can run code, and no error is swallowed unseen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .sources import PRODUCT, files, imported, tree, where

UNSAFE_MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "cloudpickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "jsonpickle",
}
UNSAFE_CALLS = {"eval", "exec", "__import__"}
BROAD = {"Exception", "BaseException"}


def nodes(kind: type[ast.AST]) -> Iterator[tuple[Path, ast.AST]]:
    """Yield every node of this kind with its file."""
    for path in files(*PRODUCT):
        yield from ((path, node) for node in ast.walk(tree(path)) if isinstance(node, kind))


def called(call: ast.Call) -> str:
    """Return the dotted name that is called, as far as it is one."""
    return ast.unparse(call.func)


def keyword(call: ast.Call, name: str) -> object:
    """Return the constant given for a keyword, or None."""
    return next(
        (k.value.value for k in call.keywords if k.arg == name and isinstance(k.value, ast.Constant)), None
    )


def test_no_module_that_unpickles() -> None:
    unsafe = [
        (where(p), name)
        for p in files(*PRODUCT)
        for name in imported(p)
        if name.split(".")[0] in UNSAFE_MODULES
    ]
    assert unsafe == []


def test_numpy_never_unpickles() -> None:
    calls = [
        where(path, node)
        for path, node in nodes(ast.Call)
        if isinstance(node, ast.Call) and keyword(node, "allow_pickle") not in (None, False)
    ]
    assert calls == []


def test_torch_loads_weights_only() -> None:
    calls = [
        where(path, node)
        for path, node in nodes(ast.Call)
        if isinstance(node, ast.Call)
        and called(node) == "torch.load"
        and keyword(node, "weights_only") is not True
    ]
    assert calls == []


def test_no_text_is_run_as_code() -> None:
    calls = [where(p, n) for p, n in nodes(ast.Call) if isinstance(n, ast.Call) and called(n) in UNSAFE_CALLS]
    assert calls == []


def test_no_broad_except() -> None:
    broad = []
    for path, node in nodes(ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        caught = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else BROAD
        passed_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
        if caught & BROAD and not passed_on:
            broad.append(where(path, node))
    assert broad == []
