"""Forms of Python whose order or moment decides over a pipeline, each below its name.

What is above `---` stands in front of `main`, the rest in it.
"""


def forms(pictures: str) -> dict[str, tuple[str, str]]:
    """What stands in front of `main` and what in it, by name."""
    found: dict[str, tuple[str, str]] = {}
    for picture in pictures.split("## ")[1:]:
        name, _, source = picture.partition("\n")
        before, _, lines = source.rpartition("---\n")
        found[name] = (before.strip("\n"), lines.strip("\n"))
    return found


# These are read.
FOLLOWED = forms("""
## default at def
step = 'train'
def make(s=step):
    pipe.execution(s)
step = 'evaluate'
make()

## default of each lambda
fs = []
for s in STEPS:
    fs.append(lambda s=s: pipe.execution(s))
for f in fs:
    f()

## default that adds a node
def make(s=pipe.execution('train')):
    pass
make()
make()

## default that grows
def f(x=[]):
    x.append(1)
    return len(x)
f()
pipe.execution('train', name=f'd{f()}')

## default that is shared
x = ['train']
f = lambda q=x: q
x.append('evaluate')
for k in f():
    pipe.execution(k)

## keys that are live
d = {'train': 1}
ks = d.keys()
d['evaluate'] = 2
for k in ks:
    pipe.execution(k)

## items that are live
d = {'a': 'train'}
ks = d.items()
d['a'] = 'evaluate'
for k, v in ks:
    pipe.execution(v)

## values that are live
d = {'a': 'train'}
vs = d.values()
d['b'] = 'evaluate'
pipe.execution('train', f'n{len(vs)}')
for v in vs:
    d['b'] = 'prepare data'
    pipe.execution(v)

## reversed that is live
l = ['train', 'evaluate']
r = reversed(l)
l[0] = 'prepare data'
l.append('x')
for k in r:
    pipe.execution(k)

## reversed of a shorter list
l = ['train', 'evaluate']
r = reversed(l)
l.pop()
for k in r:
    pipe.execution(k)
l.append('evaluate')
for k in r:
    pipe.execution(k)

## sorted set
for k in sorted({'train', 'evaluate'}, key=len):
    pipe.execution(k)

## partial of an unknown
f = partial(pipe.execution, name='p')
f('train')
print(partial(print, os.environ.get('PATH')))

## logger
import logging
log = logging.getLogger(__name__)
log.setLevel(logging.INFO)
---
if os.environ.get('PATH'):
    log.info(pipe)
log.info('made %s', pipe)
pipe.execution('train')

## names sorted at the top
OF = {'train': 't', 'evaluate': 'e'}
NAMES = sorted(OF)
LISTED = list(OF)
---
for k in NAMES + LISTED:
    pipe.execution(k)

## names by a comprehension at the top
OF = {'train': 't', 'evaluate': 'e'}
NAMES = [n for n in OF]
PAIRS = [f'{v}-{k}' for k, v in OF.items()]
---
for k, v in zip(NAMES, PAIRS):
    pipe.execution(k, v)

## names sorted after a change at the top
OF = {'train': 't'}
OF['evaluate'] = 'e'
NAMES = sorted(OF)
---
for k in NAMES:
    pipe.execution(k)

## strings at the top
NAME = ' Train '.strip().lower()
NAMES = 'train,evaluate'.split(',')
---
for k in [NAME, *NAMES]:
    pipe.execution(k)

## class constants
class Names:
    PREPARE = 'prepare data'
    TRAIN = 'train'
    ALL = (PREPARE, TRAIN)
    OF = {'a': 'evaluate'}
def one(p):
    return p.execution(Names.OF['a'])
---
for k in Names.ALL:
    pipe.execution(k)
one(pipe)

## plain annotations
import typing
---
def f(x: list[str], *y: typing.Any, z: "Nope" = 1, k: int | None = None) -> tuple[str, ...]:
    return pipe.execution(x[0])
u: Nope = f(['train'])
""")
# These may be refused; those that are read must be what running them makes.
REFUSED = forms("""
## a string that is run
exec("pipe.execution('train')")

## a string that is run by another name
run = exec
run("pipe.execution('train')")

## a string that is evaluated
eval("pipe.execution('train')")

## a name changed through globals
N = 'train'
globals()['N'] = 'evaluate'
---
pipe.execution(N)

## class constant that is changed
class Names:
    step = 'train'
    more = ['train']
Names.step = 'evaluate'
def change():
    Names.more.append('evaluate')
change()
---
pipe.execution(Names.step)
for k in Names.more:
    pipe.execution(k)

## class constant of another class
class Base:
    step = 'train'
class Names(Base):
    def step(self): ...
---
pipe.execution(str(Names.step)[:0] + 'train')

## class constant by a metaclass
class Meta(type):
    def __getattribute__(cls, name):
        return 'evaluate'
class Names(metaclass=Meta):
    step = 'train'
---
pipe.execution(Names.step)

## class constant that is replaced by a decorator
def other(cls):
    cls.step = 'evaluate'
    return cls
@other
class Names:
    step = 'train'
---
pipe.execution(Names.step)

## class constant changed in main
class Names:
    step = 'train'
---
pipe.execution(Names.step)
Names.step = 'evaluate'
pipe.execution(Names.step)

## annotation that adds a node
def f(x: pipe.execution('train') = 1):
    pass

## annotation behind a string that speaks of the future
TEXT = '''
from __future__ import annotations
'''
---
def f(x: pipe.execution('train') = 1):
    pass

## annotation of what is returned
def f() -> pipe.execution('train'):
    pass

## annotation of no name
def f(x: Nope):
    pass
pipe.execution('train')

## annotation that cannot be
def f(x: "Nope" | None, y: int[str]):
    pass
pipe.execution('train')

## method of what a dict holds
class Own:
    def lower(self):
        OF.append('evaluate')
        return 'x'
OF = ['train']
X = {'a': Own()}.get('a').lower()
---
for k in OF:
    pipe.execution(k)

## names sorted before a change at the top
OF = {'train': 't'}
NAMES = sorted(OF)
OF['evaluate'] = 'e'
---
for k in NAMES:
    pipe.execution(k)

## names listed between two changes at the top
OF = ['train']
OF.append('evaluate')
NAMES = list(OF)
OF.pop()
---
for k in NAMES:
    pipe.execution(k)

## names listed before they are changed in another order
OF = {'train': 't', 'evaluate': 'e'}
NAMES = list(OF)
OF['train'] = OF.pop('train')
---
for k in NAMES:
    pipe.execution(k)

## names by a function of the file
OF = ['train']
def twice(held):
    held.append('evaluate')
    return held
NAMES = twice(OF)
---
for k in NAMES:
    pipe.execution(k)

## parts that are shared and changed
OF = [['train']]
NAMES = list(OF)
NAMES[0].append('evaluate')
---
for k in NAMES[0] + OF[0]:
    pipe.execution(k)

## default of a file
STEP = 'train'
def make(p, s=STEP):
    p.execution(s)
STEP = 'evaluate'
---
make(pipe)

## default of a part
L = ['train']
def make(p, s=L[0]):
    p.execution(s)
L[0] = 'evaluate'
---
make(pipe)

## nested tuple
step = 'train'
if os.environ.get('PATH'):
    x, (step, y) = 1, ('evaluate', 2)
pipe.execution(step)

## star
step = ['train']
if os.environ.get('PATH'):
    x, *step = 1, 'evaluate'
pipe.execution(step[0])

## bracketed
step = 'train'
if os.environ.get('PATH'):
    (x, [step, z]) = (1, ['evaluate', 2])
pipe.execution(step)

## item in a tuple
d = {'s': 'train'}
if os.environ.get('PATH'):
    x, d['s'] = 1, 'evaluate'
pipe.execution(d['s'])

## item of a loop
d = {'s': 'train'}
if os.environ.get('PATH'):
    for d['s'] in STEPS:
        pass
pipe.execution(d['s'])

## item of a comprehension
d = {'s': 'train'}
if os.environ.get('PATH'):
    [0 for d['s'] in STEPS]
pipe.execution(d['s'])

## capture
step = 'train'
if os.environ.get('PATH'):
    match 'evaluate':
        case step:
            pass
pipe.execution(step)

## except as
step = 'train'
try:
    x = {}['a']
except KeyError as step:
    pass
pipe.execution('train', name=str(step))

## walrus behind and
step = 'train'
if os.environ.get('PATH') and (step := 'evaluate'):
    pass
pipe.execution(step)

## walrus behind or
step = 'train'
x = os.environ.get('NOT SET') or (step := 'evaluate')
pipe.execution(step)

## walrus in a chain
step = 'train'
x = os.environ.get('PATH') > '' < (step := 'evaluate')
pipe.execution(step)

## node in a chain
x = os.environ.get('PATH') > '' < pipe.execution('train').name

## walrus in an index
step = 'train'
os.environ.get('PATH')[(step := 0)]
pipe.execution('train', name=f'w{step}')

## walrus in a comprehension
step = 'train'
x = [os.environ.get('PATH') and (step := 'evaluate') for _ in STEPS]
pipe.execution(step)

## node behind an unknown
x = f"{os.environ.get('PATH')}{pipe.execution('train').name}"

## own log
def log(pipe):
    pipe.execution('train')
---
if os.environ.get('PATH'):
    log(pipe)

## own log of a class
class L:
    @staticmethod
    def log(pipe):
        pipe.execution('train')
---
L.log(pipe)

## own print
print = lambda p: p.execution('train')
if os.environ.get('PATH'):
    print(pipe)

## cached
from functools import lru_cache
---
@lru_cache
def f():
    pipe.execution('train')
f()

## own cache
def cache(f):
    f()
    return f
---
@cache
def f():
    pipe.execution('train')

## default of a cached one
from functools import cache
---
@cache
def f(x=pipe.execution('train')):
    pass

## cached in the file
from functools import cache
SOME = ['train']
@cache
def f():
    SOME.append('evaluate')
---
f()
for s in SOME:
    pipe.execution(s)

## either function
f = lambda: None
if os.environ.get('PATH'):
    f = lambda: pipe.execution('train')
f()

## either pipeline
p = Pipeline(name='other', config=config)
if os.environ.get('PATH'):
    p = pipe
p.execution('train')

## either list
l = []
m = l
if os.environ.get('PATH'):
    m = []
m.append('train')
m += ['train']
for s in l:
    pipe.execution(s)

## function by an unknown
fs = [lambda: pipe.execution('train')]
fs[len(os.environ.get('NOT SET', ''))]()

## node by an unknown
{'x': pipe}[os.environ.get('NOT SET', 'x')].execution('train')

## part by an unknown
[pipe][: len(os.environ)][0].execution('train')

## function behind or
f = os.environ.get('NOT SET') or (lambda: pipe.execution('train'))
f()

## sum with an unknown
l = [pipe] + list(os.environ.get('NOT SET', ''))
l[0].execution('train')

## map of an unknown
list(map(lambda s: pipe.execution('train'), os.environ.get('PATH', 'x')[:1]))

## partial with an unknown
f = partial(lambda x: pipe.execution('train'), os.environ.get('PATH'))
f()

## function of a partial
partial(pipe.execution, 'train').func('train')

## nodes of a pipeline
pipe.execution('train')
pipe.nodes.clear()

## iterator used up
it = iter(STEPS)
if os.environ.get('PATH'):
    for s in it:
        pass
for s in it:
    pipe.execution(s)

## iterator printed
it = iter(STEPS)
if os.environ.get('PATH'):
    print(*it)
for s in it:
    pipe.execution(s)

## sorted set of equals
for k in sorted({'train', 'prepare data', 'evaluate'}, key=lambda s: 0):
    pipe.execution(k)

## sorted set that adds
sorted({'train', 'evaluate'}, key=lambda s: len(pipe.execution(s).name))

## dict that grows
d = {'train': 1}
it = iter(d)
d['evaluate'] = 2
for k in it:
    pipe.execution(k)

## keys that come and go
d = {'train': 1, 'evaluate': 2}
for k in d.keys():
    pipe.execution(k)
    if d.pop('train', None):
        d['train'] = 1
""")
