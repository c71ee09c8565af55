package io.pointsman.e2e;

import static io.pointsman.e2e.echo.Question.Transport.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every series and label that the alerts and the dashboard name is in a scrape of a proxy. */
@OnCluster
class MonitoringTest {
  private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"");

  /** What Prometheus itself gives every series. */
  private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

  private final TestCluster cluster;

  MonitoringTest(TestCluster cluster) {
    this.cluster = cluster;
  }

  @Test
  void everySeriesAndLabelThatIsAskedForIsScraped() throws IOException {
    Map<String, Set<String>> scraped;
    try (Scene scene = new Scene(cluster)) {
      IpFamily family = cluster.families().getFirst();
      Service web = scene.service("watched", family, "ports: [{port: 80, targetPort: 8080}]");
      scene.slice("watched-1", web, "[{port: 8080}]", Backend.of(cluster.pods().getFirst()));
      scene.await("b1", TCP, web.address(), 80, "a1:8080");
      String node = cluster.nodes().getFirst().name();
      scene.awaitHttp(node, "http://127.0.0.1:10256/healthz", said -> said.contains(" 200 "));
      scraped =
          samples(
              scene.awaitHttp(
                  node, "http://127.0.0.1:10249/metrics", said -> said.contains(" 200 ")));
    }
    String other = cluster.mode().equals("nftables") ? "_iptables_" : "_nftables_";
    assertThat(expressions()).hasSizeGreaterThan(20);
    for (Expression expression : expressions()) {
      Set<String> series = expression.series();
      assertThat(series).as(expression.text()).isNotEmpty();
      series.removeIf(name -> name.equals("up") || name.contains(other));
      assertThat(scraped.keySet()).as(expression.text()).containsAll(series);
      Set<String> labels = expression.labels();
      labels.removeAll(OF_PROMETHEUS);
      series.forEach(name ->
          assertThat(scraped.get(name)).as("%s in %s", name, expression).containsAll(labels));
    }
  }

  /** From each name to the labels of its samples. */
  private static Map<String, Set<String>> samples(String exposition) {
    Map<String, Set<String>> samples = new TreeMap<>();
    SAMPLE
        .matcher(exposition)
        .results()
        .forEach(sample -> {
          Set<String> labels = samples.computeIfAbsent(sample.group(1), name -> new TreeSet<>());
          Matcher names = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
          names.results().forEach(label -> labels.add(label.group(1)));
        });
    return samples;
  }

  private static List<Expression> expressions() throws IOException {
    List<Expression> found = new ArrayList<>();
    JsonNode dashboard = new ObjectMapper().readTree(file("dashboard.json"));
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        found.add(
            new Expression(
                target.path("expr").asText(), List.of(target.path("legendFormat").asText())));
      }
    }
    JsonNode rules = new ObjectMapper(new YAMLFactory()).readTree(file("rules.yaml"));
    for (JsonNode group : rules.at("/spec/groups")) {
      for (JsonNode rule : group.path("rules")) {
        List<String> shown = new ArrayList<>();
        rule.path("annotations").forEach(text -> shown.add(text.asText()));
        found.add(new Expression(rule.path("expr").asText(), shown));
      }
    }
    return found;
  }

  private static String file(String name) throws IOException {
    Path folder =
        Stream.of("manifests/monitoring", "../manifests/monitoring")
            .map(Path::of)
            .filter(Files::isDirectory)
            .findFirst()
            .orElseThrow();
    return Files.readString(folder.resolve(name));
  }
}
