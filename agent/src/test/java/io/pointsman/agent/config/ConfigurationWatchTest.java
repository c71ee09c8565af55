package io.pointsman.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationWatchTest {
  private static final String HEADER =
      "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n";

  @TempDir private Path folder;

  private final BlockingQueue<Configuration> changes = new LinkedBlockingQueue<>();

  private ConfigurationWatch watch(Path file) throws IOException {
    ConfigurationSource source = new ConfigurationSource(GivenFlags.NONE, Optional.of(file), true);
    return ConfigurationWatch.start(
        file,
        source,
        source.load().configuration(),
        (before, after) -> changes.add(after.configuration()));
  }

  private Configuration next() throws InterruptedException {
    return Optional.ofNullable(changes.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }

  private static void mode(Path file, String mode) throws IOException {
    Path fresh = file.resolveSibling("fresh");
    Files.writeString(fresh, HEADER + "mode: " + mode + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aReplacedFileIsNoticedAndABadOnePassedOver() throws Exception {
    Path file = folder.resolve("config.conf");
    mode(file, "iptables");
    try (ConfigurationWatch _ = watch(file)) {
      mode(file, "nonsense");
      mode(file, "nftables");
      assertThat(next().get(Fields.MODE)).isEqualTo("nftables");
      Files.delete(file);
      mode(file, "iptables");
      assertThat(next().get(Fields.MODE)).isEqualTo("iptables");
    }
  }

  /** What the kubelet does with a ConfigMap: config.conf -> ..data/config.conf, ..data -> ..1. */
  @Test
  void aConfigMapsLinkThatLeadsElsewhereIsNoticed() throws Exception {
    Path first = Files.createDirectory(folder.resolve("..1"));
    Files.writeString(first.resolve("config.conf"), HEADER + "mode: iptables\n");
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
    Path file = folder.resolve("config.conf");
    Files.createSymbolicLink(file, Path.of("..data/config.conf"));
    try (ConfigurationWatch _ = watch(file)) {
      Path second = Files.createDirectory(folder.resolve("..2"));
      Files.writeString(second.resolve("config.conf"), HEADER + "mode: nftables\n");
      Path link = folder.resolve("..data_tmp");
      Files.createSymbolicLink(link, Path.of("..2"));
      Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
      assertThat(next().get(Fields.MODE)).isEqualTo("nftables");
    }
  }
}
