package io.pointsman.nftables;

import java.util.Optional;

/** A chain that is there as long as some Service asks for it, shared by all that ask for it. */
sealed interface SharedChain permits Shape, Memory, Guard {
  /** Its name; different chains have different names. */
  String chain();

  /** Which map leads to it by a number; empty where elements of Services lead to it. */
  Optional<NamedSet> map();

  /** The number under which the map leads to it. */
  int number();
}
