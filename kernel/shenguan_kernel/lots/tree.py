"""How is it shown that a number stands at a place of a long list, without showing the list?

A binary hash tree over blocks of 64 numbers: so a million numbers cost what sixteen thousand hashes cost, and a proof
is still one block and a path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shenguan_kernel.lots.encoding import Hashing, canonical, tagged

BLOCK = 64
"""Numbers in one leaf."""


@dataclass(frozen=True, slots=True)
class Proof:
    """存在证明: the block in which a number stands, and the hashes that lead from it to the root."""

    block: tuple[str, ...]
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """散列树 over a list of numbers: its layers from the leaves to the root. Built by `tree_over`."""

    layers: tuple[tuple[bytes, ...], ...]

    @property
    def root(self) -> bytes:
        """What stands for the whole list."""
        return self.layers[-1][0]

    def proof(self, numbers: Sequence[str], place: int) -> Proof:
        """The proof that `numbers`, over which this tree was built, has this number at this place."""
        leaf = place // BLOCK
        return Proof(tuple(numbers[leaf * BLOCK : (leaf + 1) * BLOCK]), tuple(self._path(leaf)))

    def _path(self, node: int) -> Iterator[bytes]:
        for layer in self.layers[:-1]:
            if node ^ 1 < len(layer):  # the last of an odd layer goes up alone
                yield layer[node ^ 1]
            node //= 2


def tree_over(hashing: Hashing, numbers: Sequence[str]) -> Tree:
    """The tree over a list that is not empty; its order is part of what is hashed."""
    leaves = [
        tagged(hashing, "leaf", canonical(list(numbers[start : start + BLOCK])))
        for start in range(0, len(numbers), BLOCK)
    ]
    layers = [tuple(leaves)]
    while len(layers[-1]) > 1:
        layers.append(tuple(_joined(hashing, layers[-1])))
    return Tree(tuple(layers))


def _joined(hashing: Hashing, layer: tuple[bytes, ...]) -> Iterator[bytes]:
    for left in range(0, len(layer) - 1, 2):
        yield tagged(hashing, "node", layer[left], layer[left + 1])
    if len(layer) % 2:
        yield layer[-1]
