package io.pointsman.lab.learn;

import com.fasterxml.jackson.databind.JsonNode;
import io.pointsman.lab.cni.CniException;
import io.pointsman.lab.cni.CniRuntime;
import io.pointsman.lab.cni.Container;
import io.pointsman.lab.cni.NetworkList;
import io.pointsman.lab.packet.Expectation;
import io.pointsman.lab.packet.Outcome;
import io.pointsman.lab.packet.Probe;
import io.pointsman.lab.scenario.ScenarioException;
import io.pointsman.netlink.netns.CommandResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Plays a row. */
public final class RowRunner {
  /** A bridge's port and a new route come to work in the kernel's own time. */
  private static final Duration SETTLING = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofMillis(700);

  private final RowPlaces places;

  private RowRunner(RowPlaces places) {
    this.places = places;
  }

  /**
   * Plays all steps, also after one whose result is not as told.
   *
   * @param listener told of each step when it is done
   * @return the results, a step each
   */
  public static List<StepResult> play(Row row, Consumer<StepResult> listener) {
    List<StepResult> results = new ArrayList<>();
    try (RowPlaces places = RowPlaces.open(row)) {
      RowRunner runner = new RowRunner(places);
      for (Row.Step step : row.steps()) {
        StepResult result = runner.play(step);
        results.add(result);
        listener.accept(result);
      }
    }
    return results;
  }

  private StepResult play(Row.Step step) {
    return switch (step.action()) {
      case RowAction.Run run -> run.again() ? settled(() -> run(step, run)) : run(step, run);
      case RowAction.Ask ask -> settled(() -> connectOnce(step, ask));
      case RowAction.Cni cni -> cni(step, cni);
      case RowAction.Proxy proxy -> {
        places.cluster().proxy(proxy.mode());
        yield new StepResult(step, true, "all rules are in the kernels");
      }
      case RowAction.Apply apply -> apply(step, apply);
      case RowAction.Serve serve -> {
        places.cluster().serve(serve, places.directory().resolve(serve.in()));
        yield new StepResult(step, true, "it serves");
      }
      case RowAction.Crowd crowd -> Crowds.play(places, step, crowd);
    };
  }

  private StepResult run(Row.Step step, RowAction.Run run) {
    List<String> command = new ArrayList<>(List.of("env"));
    places
        .namespaces()
        .forEach((name, namespace) -> command.add(name.replace('-', '_') + "=" + namespace.path()));
    command.add("dir=" + places.directory());
    command.addAll(List.of("sh", "-ec", run.command()));
    CommandResult said = places.namespace(run.in()).exec(command.toArray(String[]::new));
    return new StepResult(
        step, said.exitCode() == 0, plain((said.output() + said.errors()).stripTrailing()));
  }

  /** Paths of this process and this run say nothing to a reader. */
  private String plain(String said) {
    return said.replace(places.directory().toString(), "$dir");
  }

  private static StepResult settled(Supplier<StepResult> attempt) {
    long deadline = System.nanoTime() + SETTLING.toNanos();
    StepResult result = attempt.get();
    while (!result.differences().isEmpty() && System.nanoTime() < deadline) {
      result = attempt.get();
    }
    return result;
  }

  private StepResult connectOnce(Row.Step step, RowAction.Ask ask) {
    if (ask.times() > 1) {
      return many(step, new Probe(ask.in(), ask.to(), Optional.empty(), ask.times()));
    }
    Outcome outcome = places.prober().once(Probe.of(ask.in(), ask.to()), PATIENCE);
    return new StepResult(step, outcome instanceof Outcome.Answered, outcome.toString());
  }

  private StepResult many(Row.Step step, Probe probe) {
    Map<String, Integer> counts = places.prober().look(probe, Expectation.none()).counts();
    return new StepResult(
        step,
        true,
        counts.entrySet().stream()
            .map(one -> one.getValue() + " times " + one.getKey())
            .collect(Collectors.joining("\n")));
  }

  private StepResult apply(Row.Step step, RowAction.Apply apply) {
    try {
      return new StepResult(step, true, places.cluster().apply(apply.text()));
    } catch (ScenarioException refused) {
      return new StepResult(step, false, String.valueOf(refused.getMessage()));
    }
  }

  private StepResult cni(Row.Step step, RowAction.Cni cni) {
    CniRuntime runtime = places.runtime(cni.in());
    NetworkList network = places.network(cni.network());
    Container container =
        new Container(cni.container(), places.namespace(cni.container()), cni.ports());
    try {
      return switch (cni.command()) {
        case "ADD" -> new StepResult(step, true, added(runtime.add(network, container)));
        case "CHECK" -> {
          runtime.check(network, container);
          yield new StepResult(step, true, "all is as ADD left it");
        }
        default -> {
          runtime.delete(network, container);
          yield new StepResult(step, true, "detached");
        }
      };
    } catch (CniException refused) {
      return new StepResult(
          step, false, plain("CNI error " + refused.code() + ": " + refused.getMessage()));
    }
  }

  private static String added(JsonNode result) {
    StringBuilder text = new StringBuilder();
    for (JsonNode one : result.path("interfaces")) {
      String where = one.has("sandbox") ? "in the container" : "on the node";
      text.append("interface ").append(one.path("name").asText()).append(' ').append(where);
      text.append('\n');
    }
    for (JsonNode one : result.path("ips")) {
      text.append("address ").append(one.path("address").asText());
      text.append(" gateway ").append(one.path("gateway").asText("none")).append('\n');
    }
    for (JsonNode one : result.path("routes")) {
      text.append("route ").append(one.path("dst").asText()).append('\n');
    }
    return text.toString().stripTrailing();
  }
}
