package io.pointsman.kubernetes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads the documents of a YAML file; JSON is YAML, too. */
public final class YamlFile {
  private YamlFile() {}

  /**
   * Reads a file.
   *
   * @param label what error messages call the file
   * @return its documents that are not empty
   * @throws IOException when the file cannot be read
   * @throws ManifestException when it is not UTF-8 or not YAML
   */
  public static List<YamlValue> read(Path file, String label) throws IOException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
              .toString();
    } catch (CharacterCodingException notUtf8) {
      throw new ManifestException(label + ": is not UTF-8 text: save it as UTF-8", notUtf8);
    }
    // JSON may be indented with tabs, which YAML forbids; inside its strings they are escaped.
    return parse(label.endsWith(".json") ? text.replace('\t', ' ') : text, label);
  }

  public static List<YamlValue> parse(String text, String label) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(label)
            .setSchema(new CoreSchema())
            .setCodePointLimit(Integer.MAX_VALUE)
            .build();
    List<YamlValue> documents = new ArrayList<>();
    Parser parser = new ParserImpl(settings, new StreamReader(settings, text));
    Iterator<Node> nodes = new Composer(settings, new ShallowParser(parser, YamlValue.DEEPEST));
    try {
      while (nodes.hasNext()) {
        YamlValue document = new YamlValue(label, nodes.next());
        if (!document.isNull()) {
          documents.add(document);
        }
      }
    } catch (MarkedYamlEngineException bad) {
      String at = bad.getProblemMark().map(mark -> at(label, mark)).orElse(label);
      throw new ManifestException(at + ": is not valid YAML: " + bad.getProblem(), bad);
    } catch (YamlEngineException bad) {
      throw new ManifestException(
          label + ": is not valid YAML: " + String.valueOf(bad.getMessage()).replace('\n', ' '),
          bad);
    }
    return documents;
  }

  /** {@code LABEL:LINE:COLUMN}, counted from 1. */
  static String at(String label, Mark mark) {
    return label + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }
}
