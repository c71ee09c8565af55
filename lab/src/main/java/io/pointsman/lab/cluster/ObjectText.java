package io.pointsman.lab.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.kubernetes.YamlFile;
import io.pointsman.kubernetes.YamlValue;
import io.pointsman.lab.scenario.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * An object with the place where it was written.
 *
 * @param at the document
 */
record ObjectText(YamlValue at, Manifest object) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads the objects of a text: YAML or JSON, several documents, Lists.
   *
   * @param label what messages call the text
   * @throws RuntimeException naming the place of what is wrong
   */
  static List<ObjectText> read(String text, String label) {
    return YamlFile.parse(text, label).stream().flatMap(ObjectText::of).toList();
  }

  /** The objects of a document: one, or the items of a List. */
  static Stream<ObjectText> of(YamlValue document) {
    boolean list =
        document.field("kind").flatMap(YamlValue::text).filter("List"::equals).isPresent();
    return list
        ? document.field("items").stream()
            .flatMap(items -> items.items().stream())
            .flatMap(ObjectText::of)
        : Stream.of(single(document));
  }

  private static ObjectText single(YamlValue document) {
    try {
      if (JSON.readTree(document.json()) instanceof ObjectNode tree) {
        return new ObjectText(document, Manifest.of(tree));
      }
      throw document.error("an object is a mapping with apiVersion, kind and metadata.name");
    } catch (IllegalArgumentException incomplete) {
      throw document.error("an object needs apiVersion, kind and metadata.name");
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
