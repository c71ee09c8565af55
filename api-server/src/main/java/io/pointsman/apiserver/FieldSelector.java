package io.pointsman.apiserver;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which values fields of an object must have: the {@code fieldSelector} of lists and watches. */
record FieldSelector(String text, List<Requirement> requirements) {
  private static final Pattern REQUIREMENT =
      Pattern.compile("(?<field>[A-Za-z.]+)(?<op>=|==|!=)(?<value>[^=!,]*)");

  /**
   * @param wanted whether the field must, or must not, have the value
   */
  record Requirement(String field, String value, boolean wanted) {}

  /** Reads it for a kind, which says which fields may be named. */
  static FieldSelector parse(Resource resource, String text) {
    List<Requirement> requirements = new ArrayList<>();
    for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      Matcher requirement = REQUIREMENT.matcher(part);
      if (!requirement.matches()) {
        throw StatusException.badRequest("invalid field selector: '" + part + "'");
      }
      String field = requirement.group("field");
      if (!field.equals("metadata.name")
          && !field.equals("metadata.namespace")
          && !resource.selectable().contains(field)) {
        throw StatusException.badRequest(
            "Unable to find "
                + resource.qualified()
                + " that match field selector \""
                + text
                + "\": field label not supported: "
                + field);
      }
      requirements.add(
          new Requirement(
              field, requirement.group("value"), !requirement.group("op").equals("!=")));
    }
    return new FieldSelector(text, List.copyOf(requirements));
  }

  boolean matches(Stored object) {
    return requirements.stream()
        .allMatch(requirement ->
            value(object, requirement.field()).equals(requirement.value()) == requirement.wanted());
  }

  private static String value(Stored object, String field) {
    return switch (field) {
      case "metadata.name" -> object.key().name();
      case "metadata.namespace" -> object.key().namespace();
      default -> object.fields().getOrDefault(field, "");
    };
  }
}
