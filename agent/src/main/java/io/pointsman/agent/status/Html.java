package io.pointsman.agent.status;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pieces of a document. Texts and the values of attributes are escaped when they are written; tags
 * and names of attributes are our own.
 */
sealed interface Html {
  /** Elements that have no content and no end (HTML Living Standard, 13.1.2). */
  Set<String> VOID = Set.of("input", "meta");

  /** Characters. */
  record Text(String text) implements Html {}

  /** Content of an element whose text is not escaped: a style sheet of ours. */
  record Raw(String text) implements Html {}

  /** An element. */
  record Element(String tag, Map<String, String> attributes, List<Html> content) implements Html {
    public Element {
      attributes = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
      content = List.copyOf(content);
    }

    /** With one more attribute. */
    Element with(String name, String value) {
      Map<String, String> more = new LinkedHashMap<>(attributes);
      more.put(name, value);
      return new Element(tag, more, content);
    }
  }

  static Html text(Object text) {
    return new Text(text.toString());
  }

  static Element element(String tag, Html... content) {
    return new Element(tag, Map.of(), Arrays.asList(content));
  }

  static Element element(String tag, Stream<? extends Html> content) {
    return new Element(tag, Map.of(), content.<Html>map(part -> part).toList());
  }

  /** An element that holds a text. */
  static Element element(String tag, String text) {
    return new Element(tag, Map.of(), List.of(new Text(text)));
  }

  /** A whole document. */
  static String document(Html html) {
    StringBuilder out = new StringBuilder(64 * 1024).append("<!DOCTYPE html>\n");
    write(html, out);
    return out.append('\n').toString();
  }

  private static void write(Html html, StringBuilder out) {
    switch (html) {
      case Text(String text) -> escape(text, out);
      case Raw(String text) -> out.append(text);
      case Element(String tag, Map<String, String> attributes, List<Html> content) -> {
        out.append('<').append(tag);
        attributes.forEach((name, value) -> {
          out.append(' ').append(name).append("=\"");
          escape(value, out);
          out.append('"');
        });
        out.append('>');
        content.forEach(part -> write(part, out));
        if (!VOID.contains(tag)) {
          out.append("</").append(tag).append('>');
        }
      }
    }
  }

  private static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c < ' ' && c != '\n' ? '\ufffd' : c);
      }
    }
  }
}
