package io.pointsman.lab.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.lab.LabException;
import io.pointsman.lab.scenario.Manifest;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class PodHealthTest {
  private static Manifest pod(String container) {
    return Model.manifest(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: p, deletionGracePeriodSeconds: 10}
        spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}], %s}]}
        """
            .formatted(container));
  }

  @Test
  void aPodIsReadyAfterGoodAnswersAndNotAfterSeveralBadOnes() {
    PodHealth health =
        PodHealth.begin(
            ReadinessProbe.of(
                pod("readinessProbe: {httpGet: {port: http, path: /ok}, failureThreshold: 2}")));
    assertThat(health.ready()).isFalse();
    assertThat(health.after(true).ready()).isTrue();
    assertThat(health.after(true).after(false).ready()).isTrue();
    assertThat(health.after(true).after(false).after(true).after(false).ready()).isTrue();
    assertThat(health.after(true).after(false).after(false).ready()).isFalse();
  }

  @Test
  void aPodWithoutProbeIsReadyOnceItRuns() {
    assertThat(PodHealth.begin(ReadinessProbe.of(pod("image: x"))).ready()).isTrue();
  }

  @Test
  void portsAreFoundByName() {
    ReadinessProbe probe = ReadinessProbe.of(pod("readinessProbe: {tcpSocket: {port: http}}"));
    assertThat(probe.question()).contains(new ReadinessProbe.Tcp(8080, Duration.ofSeconds(1)));
  }

  @Test
  void aProbeThatTheLabDoesNotAskIsRefused() {
    Manifest pod = pod("readinessProbe: {exec: {command: [x]}}");
    Assertions.assertThatThrownBy(() -> ReadinessProbe.of(pod))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("use httpGet or tcpSocket");
  }

  @Test
  void anEndingPodGoesOnForAsLongAsItsHookSleeps() {
    PodEnd slow = new PodEnd(Duration.ofSeconds(3), Duration.ofSeconds(7));
    assertThat(PodEnd.of(pod("lifecycle: {preStop: {sleep: {seconds: 3}}}"))).isEqualTo(slow);
    assertThat(PodEnd.of(pod("lifecycle: {preStop: {exec: {command: [sh, -c, sleep 3]}}}")))
        .isEqualTo(slow);
    assertThat(PodEnd.of(pod("image: x")))
        .isEqualTo(new PodEnd(Duration.ZERO, Duration.ofSeconds(10)));
    assertThat(PodEnd.of(pod("lifecycle: {preStop: {sleep: {seconds: 60}}}")))
        .isEqualTo(new PodEnd(Duration.ofSeconds(10), Duration.ZERO));
  }
}
