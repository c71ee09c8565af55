package io.pointsman.lab.control;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.scenario.Manifest;
import io.pointsman.lab.scenario.ObjectKey;

/** A write to the API server. */
sealed interface Change {
  /** The object that it is about. */
  ObjectKey key();

  /** Makes an object; one that is there already stays as it is. */
  record Create(Manifest object) implements Change {
    @Override
    public ObjectKey key() {
      return object.key();
    }
  }

  /** Replaces an object, if it still has the resourceVersion that the new one names. */
  record Replace(Manifest object) implements Change {
    @Override
    public ObjectKey key() {
      return object.key();
    }
  }

  /** Changes an object by a JSON Merge Patch (RFC 7386). */
  record Merge(ObjectKey key, ObjectNode patch) implements Change {}

  /** Deletes an object, if it is still the one with this uid; a pod gets its grace. */
  record Delete(ObjectKey key, String uid) implements Change {}
}
