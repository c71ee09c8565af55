package io.pointsman.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.pointsman.agent.http.HttpAnswer;
import io.pointsman.agent.http.HttpRequest;
import io.pointsman.agent.http.ListenOn;
import io.pointsman.agent.testing.Reports;
import io.pointsman.model.ObjectName;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private static FamilyPlan v4(String... addresses) {
    return FamilyPlan.empty(Reports.context(IpFamily.IPV4, addresses));
  }

  private static FamilyPlan v6(String... addresses) {
    return FamilyPlan.empty(Reports.context(IpFamily.IPV6, addresses));
  }

  private static HealthChecks checks(FamilyPlan... plans) {
    HealthChecks checks = HealthChecks.NONE;
    for (FamilyPlan plan : plans) {
      checks = checks.after(plan).checks();
    }
    return checks;
  }

  private static Optional<HttpAnswer> ask(HealthChecks checks, String local, int port) {
    return checks.answer(new HttpRequest("GET", "/", "", IpAddress.of(local), port), true);
  }

  @Test
  void theWholeAnswerIsThatOfKubeProxy() {
    HealthChecks checks = checks(Reports.with(v4(), "hc", 30081, 2));
    HttpAnswer answer = ask(checks, "192.0.2.1", 30081).orElseThrow();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .containsExactly(
            new HttpAnswer.Header("Content-Type", "application/json"),
            new HttpAnswer.Header("X-Content-Type-Options", "nosniff"),
            new HttpAnswer.Header("X-Load-Balancing-Endpoint-Weight", "2"));
    assertThat(answer.body())
        .isEqualTo(
            "{\n\t\"service\": {\n\t\t\"namespace\": \"default\",\n\t\t\"name\": \"hc\"\n\t},\n"
                + "\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}");
    HttpAnswer behind =
        checks
            .answer(new HttpRequest("GET", "/", "", IpAddress.of("192.0.2.1"), 30081), false)
            .orElseThrow();
    assertThat(behind.status()).isEqualTo(503);
    assertThat(behind.body()).contains("\"serviceProxyHealthy\": false");
  }

  @Test
  void eachFamilyCountsItsOwn() {
    HealthChecks checks =
        checks(Reports.with(v4(), "hc", 30081, 2), Reports.with(v6(), "hc", 30081, 0));
    assertThat(ask(checks, "192.0.2.1", 30081).map(HttpAnswer::status)).contains(200);
    assertThat(ask(checks, "2001:db8::1", 30081).map(HttpAnswer::status)).contains(503);
  }

  @Test
  void socketsFollowTheNodePortAddresses() {
    assertThat(checks(Reports.with(v4(), "hc", 30081, 1)).sockets(30081))
        .containsExactly(new ListenOn.EveryIpv4(30081));
    assertThat(
            checks(Reports.with(v4(), "hc", 30081, 1), Reports.with(v6(), "hc", 30081, 1))
                .sockets(30081))
        .containsExactly(new ListenOn.Everywhere(30081));
    HealthChecks limited =
        checks(
            Reports.with(v4("192.0.2.1"), "hc", 30081, 1),
            Reports.with(v6("2001:db8::1"), "hc", 30081, 1));
    assertThat(limited.sockets(30081))
        .containsExactlyInAnyOrder(
            new ListenOn.Address(IpAddress.of("192.0.2.1"), 30081),
            new ListenOn.Address(IpAddress.of("2001:db8::1"), 30081));
    assertThat(ask(limited, "192.0.2.2", 30081)).isEmpty();
    assertThat(limited.sockets(30082)).isEmpty();
  }

  @Test
  void aSocketForAllOfIpv6AnswersOnlyWhereIpv4NodePortsDo() {
    HealthChecks checks =
        checks(Reports.with(v4("192.0.2.1"), "hc", 30081, 1), Reports.with(v6(), "hc", 30081, 1));
    assertThat(checks.sockets(30081)).containsExactly(new ListenOn.Everywhere(30081));
    assertThat(ask(checks, "192.0.2.1", 30081)).isPresent();
    assertThat(ask(checks, "192.0.2.2", 30081)).isEmpty();
    assertThat(ask(checks, "2001:db8::9", 30081)).isPresent();
  }

  @Test
  void onlyPortsOfChangedServicesAreTouched() {
    FamilyPlan many = v4();
    for (int i = 0; i < 1000; i++) {
      many = Reports.with(many, "svc-" + i, 30000 + i, 1);
    }
    HealthChecks before = checks(many);
    assertThat(before.after(many).touched()).isEmpty();
    assertThat(before.after(Reports.with(many, "svc-7", 31007, 1)).touched())
        .containsExactly(30007, 31007);
    FamilyPlan elsewhere = FamilyPlan.empty(Reports.context(IpFamily.IPV4, "192.0.2.1"));
    assertThat(
            before
                .after(
                    new FamilyPlan(
                        elsewhere.context(),
                        many.services(),
                        many.inputs(),
                        many.wishes(),
                        many.claims()))
                .touched())
        .hasSize(1000);
  }

  @Test
  void aPortThatPassesToAnotherServiceStays() {
    for (String heir : new String[] {"a", "b", "c", "d", "e", "f"}) {
      HealthChecks before = checks(Reports.with(v4(), "old", 30081, 1));
      HealthChecks.Step step = before.after(Reports.with(v4(), heir, 30081, 3));
      assertThat(step.checks().service(30081)).contains(new ObjectName("default", heir));
      assertThat(ask(step.checks(), "192.0.2.1", 30081).orElseThrow().body())
          .contains("\"localEndpoints\": 3");
    }
  }
}
