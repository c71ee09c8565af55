package io.pointsman.lab.learn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pointsman.lab.Topology;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A row of the course.
 *
 * @param number its number, 1 or more
 * @param name a word for file names, such as {@code bridge}
 * @param about what it is about, in sentences
 * @param places the network namespaces that it starts with: empty ones, or those of the cluster
 * @param cluster the cluster that it starts with
 * @param networks CNI network lists; {@code $dir} in them is the row's own directory
 */
public record Row(
    int number,
    String name,
    String title,
    String about,
    List<String> places,
    Optional<Topology> cluster,
    List<ObjectNode> networks,
    List<Step> steps) {
  public Row {
    places = List.copyOf(places);
    networks = List.copyOf(networks);
    steps = List.copyOf(steps);
  }

  /**
   * One step.
   *
   * @param say what happens and why, in sentences
   * @param way the way of the packet, hop by hop; empty when none is sent
   * @param action what is done
   * @param shows texts that the answer must contain
   * @param hides texts that the answer must not contain
   * @param fails whether the action must fail
   */
  public record Step(
      String say,
      List<String> way,
      RowAction action,
      List<String> shows,
      List<String> hides,
      boolean fails) {
    public Step {
      way = List.copyOf(way);
      shows = List.copyOf(shows);
      hides = List.copyOf(hides);
    }
  }

  /** Programs that its servers and those who ask them are, such as {@code knotd}. */
  public Set<String> programs() {
    return steps.stream()
        .map(Step::action)
        .flatMap(action ->
            action instanceof RowAction.Serve serve
                ? serve.server().programs().stream()
                : Stream.empty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
