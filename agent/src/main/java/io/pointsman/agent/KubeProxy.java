package io.pointsman.agent;

import java.util.List;

/** The program under kube-proxy's name: takes its flags, without a command before them. */
public final class KubeProxy {
  private KubeProxy() {}

  /** Serves this node, and exits as {@link Main} does. */
  public static void main(String[] arguments) {
    Main.main(Main.asKubeProxy(List.of(arguments)));
  }
}
