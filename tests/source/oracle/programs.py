"""Random programs that change values by roundabout ways, in the hope of a way that nobody thought of.

Expressions are made by what they give: a dict of numbers (`flat`), a dict that holds a dict and a list
(`deep`), a list. Each program starts with one of everything, so that most of them run to their last call.
"""

import random
from collections.abc import Callable

from tests.source.oracle import Program

_START = """\
import collections, contextlib, copy, csv, io, itertools, json, operator, random, sys
import valohai
from copy import deepcopy
import cfg
from cfg import D
A = 1
B = 2
P = {'x': 1, 'y': 2}
Q = {'q': 1}
N = {'x': {'default': 1}, 'l': [1, 2]}
L = [1, 2]
M = [3]
H = {'k': {'h': 1}}
S = [{'s': 1}]
T, U = 1, {'x': 3}
(DEBUG, I) = (False, [4])
Y = {}
Z = {}
def same(d): return d
def show(d=0, *more, **named): return str(d)
def put(d, n): d['x'] = n
def push(l, n=5): l.append(n)
def pick(d): return d['x']
def kept(d, seen=[]): seen.append(d); return seen
class K:
    def __init__(self, d): self.d = d
    def put(self, n): self.d['x'] = n
z = K({})
class R:
    def __init__(self, d): self.n = len(d)
class C:
    a = 1
    p = {'k': 1}
    @classmethod
    def s(cls, n): cls.a = n
    def t(self): return self.a
    def u(self, n): self.p['k'] = n
"""
_CFG = """\
D = {'x': 1, 'k': 2}
X = 1
class C: a = 1
def change(n): D['x'] = n
def rebind(n):
    global X
    X = n
"""
# The parts of both that change something when they are called.
_CHANGING = (
    "    @classmethod\n    def s(cls, n): cls.a = n\n",
    "    def u(self, n): self.p['k'] = n\n",
    "def change(n): D['x'] = n\n",
    "def rebind(n):\n    global X\n    X = n\n",
)
_OTHER = "import cfg\ncfg.D['x'] = 7\n"
_REPLACES = """\
import json, builtins
json.dumps = lambda d, *a, **k: d.update(x=7) or ''
builtins.len = lambda d: d.clear()
"""
_QUIET = "import cfg\nprint(cfg.D, cfg.X)\n"

_FLAT_CHANGES = (
    "{o}['x'] = {n}",
    "{o}.update(x={n})",
    "{o}.update({{'y': {n}}})",
    "{o}.setdefault('z', {n})",
    "{o}.pop('x', None)",
    "{o}.clear()",
    "dict.update({o}, x={n})",
    "dict.__setitem__({o}, 'x', {n})",
    "{o}.__setitem__('x', {n})",
    "{o}.__ior__({{'x': {n}}})",
    "operator.setitem({o}, 'x', {n})",
    "put({o}, {n})",
    "put(d={o}, n={n})",
    "put(*[{o}, {n}])",
    "put(**{{'d': {o}, 'n': {n}}})",
    "K({o}).put({n})",
    "z = K({o}); z.d['x'] = {n}",
    "(lambda d: d.update(x={n}))({o})",
    "u = {o}.update; u(x={n})",
    "getattr({o}, 'update')(x={n})",
    "operator.methodcaller('update', x={n})({o})",
    "for {o}['x'] in [{n}]: pass",
    "{o}['x'], B = {n}, 1",
    "[{o}['x'], B] = {n}, 1",
    "with contextlib.nullcontext({n}) as {o}['x']: pass",
    "[d.update(x={n}) for d in [{o}]]",
    "[0 for {o}['x'] in [{n}]]",
    "list(map(lambda d: d.update(x={n}), [{o}]))",
    "sorted([{o}], key=lambda d: d.update(x={n}) or 1)",
    "for d in ({o},): d['x'] = {n}",
    "for k, d in {{'k': {o}}}.items(): d['x'] = {n}",
    "for d in {{'k': {o}}}.values(): d['x'] = {n}",
    "for d, e in zip([{o}], [1]): d['x'] = {n}",
    "for i, d in enumerate([{o}]): d['x'] = {n}",
    "kept({o})[-1]['x'] = {n}",
    "same({o})['x'] = {n}",
    "next(iter([{o}]))['x'] = {n}",
    "max([{o}], key=len)['x'] = {n}",
    "f'{{{o}.update(x={n})}}'",
    "print({o}.update(x={n}))",
    "del {o}['x']",
    "del ({o}['x'])",
    "{o}['x',] = {n}",
    "del {o}['x',]",
    "for d in [*{{'k': {o}}}.values()]: d['x'] = {n}",
    "for k, d in [*{{'k': {o}}}.items()]: d['x'] = {n}",
    "{{'k': {o}}}.popitem()[1]['x'] = {n}",
    "{o}.popitem()",
    "next(iter([]), {o})['x'] = {n}",
    "max([], default={o})['x'] = {n}",
    "max({o}, {{}}, key=len)['x'] = {n}",
    "copy.copy(x=[{o}])[0]['x'] = {n}",
    "{o}['x'] += {n}",
    "{o}['w'] = {n} if {o}.update(x={n}) else 0",
)
_LIST_CHANGES = (
    "{o}.append({n})",
    "{o}.extend([{n}])",
    "{o}[:] = [{n}]",
    "{o}[0] = {n}",
    "{o}.insert(0, {n})",
    "{o}.sort(reverse=True)",
    "{o}.reverse()",
    "{o}.__iadd__([{n}])",
    "list.append({o}, {n})",
    "push({o})",
    "push(l={o}, n={n})",
    "random.shuffle({o})",
    "operator.iadd({o}, [{n}])",
    "{o}[0], B = {n}, 1",
    "*{o}[:], B = {n}, 1",
    "[l.append({n}) for l in [{o}]]",
    "del {o}[:]",
    "kept({o})[-1].append({n})",
    "same({o}).append({n})",
    "{o}.pop()",
)
_ALIASES = (
    "Z = {o}",
    "Z = Y = {o}",
    "Z, B = {o}, 1",
    "(Z, *Y) = ({o}, 1)",
    "(Z := {o})",
    "H['k'] = {o}",
    "H.setdefault('k', {o})",
    "H.update(k={o})",
    "H |= {{'k': {o}}}",
    "S.append({o})",
    "S.extend([{o}])",
    "S += [{o}]",
    "S = [{o}, 1]",
    "H = {{'k': {o}}}",
    "H = dict(k={o})",
    "H = dict({{'k': {o}}})",
    "H = dict([('k', {o})])",
    "H = dict(zip('k', [{o}]))",
    "H |= [('k', {o})]",
    "S[:] = [{o}]",
    "S[0:0] = {{'k': {o}}}.values()",
    "S.__setitem__(slice(0, 0), [{o}])",
    "S = [*{{'k': {o}}}.values()]",
    "S = [*[{o}][:]]",
    "S = [*[{o}] + [1]]",
    "Z, = [*{{'k': {o}}}.values()]",
    "Z = sum([], [{o}])[0]",
    "H = {{'k': {o}}}; B, Z = H.popitem()",
    "S = list([{o}])",
    "S = sorted([{o}], key=len)",
    "S = [*[{o}]]",
    "S = [{o}] * 2",
    "H = {{**H, 'k': {o}}}",
    "for Z in [{o}]: pass",
    "for Z, B in [({o}, 1)]: pass",
    "with contextlib.nullcontext({o}) as Z: pass",
    "match {o}:\n    case Z: pass",
    "match [{o}]:\n    case [Z]: pass",
    "match {{'k': {o}}}:\n    case {{'k': Z}}: pass",
    "def w(): return {o}\nZ = w()",
    "def w(d={o}): return d\nZ = w()",
    "Z = (lambda: {o})()",
    "z = K({o})",
    "Z = [{o} for _ in 'a'][0]",
    "Z = copy.copy([{o}])[0]",
    "Z = same({o})",
    "Z = kept({o})[0]",
    "Z = {o} or 0",
    "Z = {o} if A else 0",
)
_USES_OF_ALIASES = (
    "Z['x'] = {n}",
    "Z.update(x={n})",
    "Z.append({n})",
    "Y['x'] = {n}",
    "H['k']['x'] = {n}",
    "H['k'].append({n})",
    "H.get('k')['x'] = {n}",
    "list(H.values())[0]['x'] = {n}",
    "S[0]['x'] = {n}",
    "S[-1].append({n})",
    "S[0].update(x={n})",
    "z.d['x'] = {n}",
    "z.put({n})",
    "print(Z)",
)
_READS = (
    "print({o})",
    "len({o})",
    "str({o})",
    "repr({o})",
    "f'{{{o}}}'",
    "f'{{{o}!r:>40}}'",
    "'%s' % ({o},)",
    "'{{}}'.format({o})",
    "json.dumps({o})",
    "print(*{o})",
    "bool({o})",
    "{o} == 1",
    "1 in {o}",
    "if {o}: pass",
    "for k in {o}: print(k)",
    "[k for k in {o}]",
    "show({o})",
    "show(d={o})",
    "show(1, {o})",
    "R({o})",
    "copy.deepcopy({o})",
    "isinstance({o}, dict)",
    "assert {o} is not None",
    "sorted({o}, key=str)",
    "list({o})",
    "for i, k in enumerate({o}): print(i, k)",
    "V = {o}",
    "V = [{o}]",
    "V = ({o}, 1)",
)
_FLAT_READS = (
    "{o}.get('x')",
    "{o}.keys()",
    "{o}.items()",
    "for k, v in {o}.items(): print(k, v)",
    "for v in {o}.values(): print(v)",
    "show(**{o})",
    "dict({o})",
    "V = {{**{o}}}",
    "V = {o}.copy()",
    "V = {o} | {{'q': 1}}",
    "V = dict({o}); V['x'] = {n}",
    "V = {{**{o}}}; V.update(x={n})",
    "{{k: v for k, v in {o}.items()}}",
    "pick({{'x': 1, **{o}}})",
    "show({o}.get('x'))",
    "sum(v for v in {o}.values() if v)",
    "csv.writer(io.StringIO()).writerow({o})",
    "V = csv.writer(io.StringIO()); V.writerow({o}.values())",
    "V = copy.copy({o}); V['x'] = {n}",
    "V = deepcopy({o}); V['x'] = {n}",
    "V = collections.OrderedDict({o}); V['x'] = {n}",
    "V = {o}.get('x') or {n}",
    "V = 1 if {o} else 2",
    "V = not {o}",
    "V = [*{o}.values()]; V.append({n})",
    "V = [*{o}.items()]; V[:] = [{n}]",
    "V = max({o}.values(), default={n})",
    "V = next(iter({o}.values()), {n})",
)
_COPIES = (
    "{o}.copy()",
    "copy.copy({o})",
    "copy.deepcopy({o})",
    "deepcopy({o})",
    "collections.OrderedDict({o})",
    "collections.OrderedDict({o}, y={n})",
    "{o} or {{}}",
    "{{}} or {o}",
    "{o} and {o}.copy()",
    "{o} if {n} % 2 else {{}}",
    "({{}} if DEBUG else {o})",
    "{{'k': {o}}}.get('k', 1)",
    "{{'k': {o}}}.copy()['k']",
    "copy.deepcopy({{'k': {o}}})['k']",
    "{{}}.get('k', {o})",
)
# What happens to an original `{o}`, its copy `{v}`, or what both may share.
_AFTERWARDS = (
    "pass",
    "print({v})",
    "{v}['x'] = {n}",
    "{v}['x'] = {n}",
    "{v}.update(y={n})",
    "{o}['x'] = {n}",
    "for w in {v}.values(): w.clear() if hasattr(w, 'clear') else 0",
    "for w in {o}.values(): w.clear() if hasattr(w, 'clear') else 0",
    "{v}.get('l', []).append({n})",
    "{o}.get('l', []).append({n})",
    "put({v}, {n})",
)
_OTHERS = (
    "A = {n}",
    "A += 1",
    "A: int = {n}",
    "(A := {n})",
    "[A := {n} for _ in 'a']",
    "for A in [{n}]: pass",
    "A, B = {n}, 1",
    "def h():\n    global A\n    A = {n}\nh()",
    "class J:\n    global A\n    A = {n}",
    "match {n}:\n    case A: pass",
    "globals()['A'] = {n}",
    "globals().update(A={n})",
    "exec('A = {n}')",
    "eval('P.update(x={n})')",
    "vars()['A'] = {n}",
    "locals()['A'] = {n}",
    "setattr(sys.modules['__main__'], 'A', {n})",
    "globals()['P']['x'] = {n}",
    "import __main__; __main__.A = {n}",
    "C.a = {n}",
    "C.a += {n}",
    "C.s({n})",
    "C().s({n})",
    "C().u({n})",
    "C().t()",
    "C().a = {n}",
    "E = C; E.a = {n}",
    "setattr(C, 'a', {n})",
    "type(C()).a = {n}",
    "C().__class__.a = {n}",
    "C.p['k'] = {n}",
    "C().p['k'] = {n}",
    "C.p = {{'k': {n}}}",
    "for C.a in [{n}]: pass",
    "C.a, B = {n}, 1",
    "class G(C): a = {n}",
    "class G(C): pass\nG.p['k'] = {n}",
    "del C.a",
    "cfg.D['x'] = {n}",
    "D['x'] = {n}",
    "cfg.X = {n}",
    "cfg.X += {n}",
    "cfg.change({n})",
    "cfg.rebind({n})",
    "setattr(cfg, 'X', {n})",
    "vars(cfg)['X'] = {n}",
    "cfg.__dict__['X'] = {n}",
    "from cfg import D as T; T['x'] = {n}",
    "import cfg as c; c.D['x'] = {n}",
    "import cfg as c; c.X = {n}",
    "c = cfg; c.X = {n}",
    "sys.modules['cfg'].X = {n}",
    "cfg.C.a = {n}",
    "import other",
    "import quiet",
    "L += [{n}]",
    "P |= {{'x': {n}}}",
    "N['x']['default'] = {n}",
    "N['l'] += [{n}]",
    "N['l'] = L",
    "N['x'] = P",
    "P['l'] = L",
    "P.update(l=L)",
    "P |= {{'l': M}}",
    "Q.update(P)",
    "Q |= N",
    "Q['n'] = N['x']",
    "for v in N.values(): print(v)",
    "for v in N.values(): v.clear()",
    "for v in N.values(): kept(v)",
    "V = N.copy(); V['x']['default'] = {n}",
    "V = {{**N}}; V['l'].append({n})",
    "V = dict(N); V['x'] = {n}",
    "show(**N)",
    "put(N, {n})",
    "list(N.items())[0][1].clear()",
    "print(list(itertools.product(*N.values())), list(zip(*N.values())))",
    "list(itertools.chain(*N.values()))",
    "for v, in itertools.product(*[[L]]): v.append({n})",
    "for v, in itertools.product(*[[P]]): v['x'] = {n}",
    "for v, in zip(*[[N]]): v['x'] = {n}",
    "for v in itertools.chain(*[[N['l']]]): v.append({n})",
    "for v in itertools.chain(*[N.values()]): v and v.clear()",
    "T = {n}",
    "T, DEBUG = {n}, True",
    "DEBUG = {n}",
    "U['x'] = {n}",
    "I.append({n})",
    "U.update(l=I)",
    "v, w = {n}, U; w['x'] = {n}",
    "(v, w), y = (1, U), 2; w['x'] = {n}",
    "copy.deepcopy = same",
    "copy.copy = lambda d: {{'x': {n}}}",
    "collections.OrderedDict = lambda *d, **e: {{'x': {n}}}",
    "float = str",
    "def int(x): return {n}",
    "class bool(dict): pass",
    "import builtins; builtins.float = str",
    "e = exec; e('A = {n}')",
    "import builtins as b; b.exec('P.update(x={n})')",
    "from builtins import globals as g; g()['A'] = {n}",
    "from builtins import setattr as put_on; put_on(C, 'a', {n})",
    "getattr(sys, 'modules')['__main__'].A = {n}",
    "m = sys.modules; m.get('cfg').X = {n}",
    "import importlib; im = importlib.import_module; im('cfg').D['x'] = {n}",
    "from importlib import import_module as im; im('__main__').A = {n}",
    "import pkgutil; pkgutil.resolve_name('cfg:D')['x'] = {n}",
    "operator.attrgetter('D')(cfg)['x'] = {n}",
    "import functools; functools.partial(exec, 'A = {n}', globals())()",
    "show.__code__ = put.__code__; show(P, {n})",
    "K.__init__ = lambda s, d: d.update(x={n}); K(P)",
    "json.dumps = lambda d, *a, **k: d.update(x={n}) or ''; json.dumps(P)",
    "setattr(copy, 'copy', lambda d: {{'x': {n}}}); copy.copy(P)",
    "import builtins as b; b.len = lambda d: 0; len(P)",
    "import replaces; print(json.dumps(P), len(L))",
    "import logging; g = logging.getLogger('g'); g.info = lambda d: d.update(x={n}); g.info(P)",
    "import logging; logging.getLogger().addFilter(lambda r: r.msg.update(x={n}) or 1); logging.error(P)",
    "from unittest import mock; mock.patch.dict(P, x={n}).start()",
    "from unittest.mock import patch as p; p.object(C, 'a', {n}).start()",
    "import unittest.mock as um; um.patch('cfg.X', {n}).start()",
    "import unittest.mock as um; um.patch('json.dumps', lambda d: d.update(x={n})).start(); json.dumps(P)",
    "class W(type):\n    def __instancecheck__(c, d): d.clear()\nclass V(metaclass=W): 0\nisinstance(P, V)",
    "class W:\n    def __eq__(s, d): return d.update(x={n})\n[P].count(W())",
    "class W:\n    def __gt__(s, d): return d.update(x={n})\nmax(W(), P)",
    "class W:\n    def __deepcopy__(s, m): [d.update(x={n}) for d in m[id(m)]]\ncopy.deepcopy([P, W()])",
    "m = {{}}; copy.deepcopy(P, m); [d.update(x={n}) for d in m[id(m)]]",
    "class W:\n    def __str__(s): P['x'] = {n}; return ''\nprint(W())",
    "class W:\n    def __iter__(s): P['x'] = {n}; return iter([])\n[*W()]",
    "class W:\n    def __getattr__(s, k): C.a = {n}\nW().z",
)
_HEADS = (
    "if A:",
    "if {n} % 2:",
    "for i in range({n} % 3):",
    "with contextlib.nullcontext():",
    "with contextlib.suppress(Exception):",
    "try:",
    "if __name__ == '__main__':",
    "def f{k}():",
    "async def f{k}():",
    "class F{k}:",
)
_GIVEN = (
    "P",
    "Q",
    "N",
    "Z",
    "H",
    "{'a': A, 'b': B}",
    "{'a': A, **P}",
    "dict(P, a=A)",
    "P | Q",
    "{'l': L, **Q}",
    "{'l': L, 'm': M}",
    "{'a': C.a, **C.p}",
    "C.p",
    "{**cfg.D, 'a': cfg.X}",
    "cfg.D",
    "D",
    "{'c': cfg.C.a, **D}",
    "{'n': N['x'], 'l': N['l']}",
    "{'x': P['x']}",
    "{**N}",
    "dict(N)",
    "{'s': f'{A}', 't': str(A), 'u': L}",
    "P.copy()",
    "copy.copy(N)",
    "copy.deepcopy(N)",
    "deepcopy(P)",
    "collections.OrderedDict(a=A, b=2)",
    "collections.OrderedDict(P)",
    "{'g': P.get('x', A), 'h': P.get('w', B), 'i': P.get('w')}",
    "{'n': N.get('x'), 'm': N.get('w', L), 'l': N['l'].copy()}",
    "{'a': 1 if A else 10, 'b': A or B, 'c': A and B, 'd': not A}",
    "{'a': 1 if DEBUG else 10, 'b': DEBUG or T, 'c': not DEBUG}",
    "{'f': float('1e-3'), 'i': int('5'), 'j': int(2.5), 'k': bool(DEBUG), 'l': float(T)}",
    "U",
    "{'t': T, 'i': I, **U}",
    "P or Q",
    "(P if A else Q)",
    "(Q if DEBUG else P)",
)


class Writer:
    """Writes one program; `harmless`: nothing in it changes what its calls get."""

    def __init__(self, dice: random.Random, *, harmless: bool) -> None:
        self.dice = dice
        self.harmless = harmless
        self.count = 0

    def program(self) -> Program:
        """The program, and its modules."""
        lines = [*self.block(0, self.dice.randint(1, 7)), self.call()]
        text = _START + "\n".join(lines) + "\n"
        modules = {"cfg.py": _CFG, "other.py": _OTHER, "quiet.py": _QUIET, "replaces.py": _REPLACES}
        for part in _CHANGING if self.harmless else ():
            text, modules["cfg.py"] = text.replace(part, ""), modules["cfg.py"].replace(part, "")
        return Program(text, modules)

    def block(self, depth: int, size: int) -> list[str]:
        """The lines of a block."""
        lines: list[str] = []
        for _ in range(size):
            lines += self.compound(depth) if depth < 2 and self.dice.random() < 0.2 else self.simple()
        return lines or ["pass"]

    def compound(self, depth: int) -> list[str]:
        """A statement that holds a block; a function may be called below it."""
        self.count += 1
        number = self.count
        head = self.dice.choice(_HEADS).format(n=self.dice.randint(0, 9), k=number)
        inner = self.block(depth + 1, self.dice.randint(1, 3))
        if "def " in head and self.dice.random() < 0.3:
            inner = ["global P, A, Z, S, H, L", *inner]
        lines = [head, *(f"    {line}" for each in inner for line in each.split("\n"))]
        if head == "try:":
            lines += (
                ["finally:", "    pass"] if self.dice.random() < 0.5 else ["except Exception:", "    pass"]
            )
        if head.startswith("def ") and self.dice.random() < 0.7:
            lines.append(f"f{number}()")
        return lines

    def simple(self) -> list[str]:
        """A statement, or a call of `prepare()`."""
        roll = self.dice.random()
        if roll < 0.12:
            return [self.call()]
        if self.harmless or roll < 0.3:
            return self.reading()
        if roll < 0.36:
            return self.copied()
        if roll < 0.5:
            return self.filled(_FLAT_CHANGES, self.flat)
        if roll < 0.6:
            return self.filled(_LIST_CHANGES, self.list_)
        if roll < 0.73:
            return self.filled(_ALIASES, self.dice.choice((self.flat, self.list_, self.deep)))
        return self.filled(_USES_OF_ALIASES if roll < 0.82 else _OTHERS, self.flat)

    def reading(self) -> list[str]:
        """A harmless statement."""
        if self.dice.random() < 0.5:
            return self.filled(_FLAT_READS, self.plain_flat)
        return self.filled(_READS, self.dice.choice((self.plain_flat, self.plain_list)))

    def copied(self) -> list[str]:
        """A copy by a name of its own, what happens to it or to its original, and a call that gets it."""
        self.count += 1
        name, number = f"v{self.count}", self.dice.randint(0, 9)
        original = self.dice.choice(("P", "Q", "N", "U", "D", "C.p", "N['x']", "cfg.D"))
        made = self.dice.choice(_COPIES).format(o=original, n=number)
        after = [
            self.dice.choice(_AFTERWARDS).format(o=original, v=name, n=self.dice.randint(0, 9))
            for _ in range(self.dice.randint(0, 2))
        ]
        given = self.dice.choice((name, name, original))
        call = f"valohai.prepare(step='c{self.count}', default_parameters={given})"
        return [f"{name} = {made}", *after, call]

    def filled(self, forms: tuple[str, ...], make: Callable[[], str]) -> list[str]:
        """One of the forms, with an expression and a number in it."""
        form = self.dice.choice(forms)
        return form.format(o=make(), n=self.dice.randint(0, 9)).split("\n")

    def call(self) -> str:
        """A call of `prepare()`."""
        self.count += 1
        given = self.dice.choice(_GIVEN)
        while self.harmless and given in ("Z", "H"):  # bound more than once
            given = self.dice.choice(_GIVEN)
        return f"valohai.prepare(step='s{self.count}', default_parameters={given})"

    def plain_flat(self) -> str:
        """A dict of numbers, by its name."""
        return self.dice.choice(("P", "Q", "D", "cfg.D", "C.p"))

    def plain_list(self) -> str:
        """A list, by its name."""
        return self.dice.choice(("L", "M"))

    def flat(self) -> str:
        """An expression that gives a dict of numbers."""
        return self.wrapped(self.dice.choice(("P", "P", "Q", "D", "cfg.D", "C.p", "N['x']")))

    def deep(self) -> str:
        """An expression that gives a dict of containers."""
        return self.wrapped("N")

    def list_(self) -> str:
        """An expression that gives a list."""
        return self.wrapped(self.dice.choice(("L", "L", "M", "N['l']")))

    def wrapped(self, inner: str) -> str:
        """The same value, by another way."""
        forms = ("({o})", "({o} if 1 else 0)", "({o} or 0)", "[{o}][0]", "({o},)[0]", "{{'k': {o}}}['k']")
        more = ("same({o})", "[{o}].pop()", "{{'k': {o}}}.get('k')", "(lambda: {o})()", "(yy := {o})")
        return self.dice.choice((*forms, *more)).format(o=inner) if self.dice.random() < 0.3 else inner


def random_program(seed: int, *, harmless: bool = False) -> Program:
    """The program of a seed."""
    dice = random.Random(seed)  # noqa: S311  # no secret
    return Writer(dice, harmless=harmless).program()
