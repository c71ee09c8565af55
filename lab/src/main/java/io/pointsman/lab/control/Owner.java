package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;

/** The reference by which an object goes when the one goes that it was made for. */
final class Owner {
  private Owner() {}

  /** Says in the metadata of an object for whom it was made, and who alone looks after it. */
  static void put(ObjectNode metadata, Manifest owner, Kind kind) {
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", kind.apiVersion())
        .put("kind", kind.word())
        .put("name", owner.key().name())
        .put("uid", owner.at("/metadata/uid").asText())
        .put("controller", true)
        .put("blockOwnerDeletion", true);
  }
}
