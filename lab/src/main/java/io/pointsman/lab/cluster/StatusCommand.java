package io.pointsman.lab.cluster;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a lab. Exit codes: 0 all is well, 1 a pod is not ready or an agent not healthy. */
@Command(
    name = "status",
    description = "Shows nodes, pods, Services and the agents' health.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  /** What is written. */
  enum Form {
    text,
    diagram,
    svg
  }

  @Mixin private final LabOption lab = new LabOption();

  @Option(names = "--diagram", description = "Draw the network with characters.")
  private boolean diagram;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "One of ${COMPLETION-CANDIDATES}; svg is a picture for a browser.")
  private Form form = Form.text;

  @Override
  public Integer call() {
    ClusterView view = lab.client().ask("status", new Supervisor.Named(""), ClusterView.class);
    System.out.print(
        switch (diagram ? Form.diagram : form) {
          case text -> StatusText.of(view);
          case diagram -> DiagramText.of(view);
          case svg -> DiagramSvg.of(view);
        });
    boolean well =
        view.nodes().stream().allMatch(node -> node.agent().equals("ok"))
            && view.pods().stream().allMatch(ClusterView.PodView::isReady);
    return well ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
