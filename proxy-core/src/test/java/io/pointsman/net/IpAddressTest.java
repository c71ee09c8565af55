package io.pointsman.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1,10.0.0.1",
    "010.001.000.09,10.1.0.9",
    "255.255.255.255,255.255.255.255",
    "::,::",
    "::1,::1",
    "fd00:0:0:1::,fd00:0:0:1::",
    "2001:DB8:0:0:1:0:0:1,2001:db8::1:0:0:1",
    "1:0:2:0:3:0:4:0,1:0:2:0:3:0:4:0",
    "::ffff:10.0.0.1,10.0.0.1",
  })
  void readsAndWritesCanonically(String text, String canonical) {
    assertThat(IpAddress.of(text)).hasToString(canonical);
    assertThat(IpAddress.ofBytes(IpAddress.of(text).bytes())).isEqualTo(IpAddress.of(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.4 ",
        "a.b.c.d",
        "localhost",
        "::g",
        "fe80::1%eth0",
        "[::1]",
        "1..2.3",
        "1.2.3.-4",
        ":",
        "1:2"
      })
  void refusesWhatIsNoAddress(String text) {
    assertThat(IpAddress.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.244.3.7/16,10.244.0.0/16",
    "0.0.0.0/0,0.0.0.0/0",
    "fd00:1:2:3:4:5:6:7/60,fd00:1:2::/60",
    "fd00::ff/127,fd00::fe/127",
  })
  void prefixesClearHostBits(String text, String canonical) {
    assertThat(Cidr.of(text)).hasToString(canonical);
    assertThat(Cidr.of(text).contains(IpAddress.of(text.substring(0, text.indexOf('/'))))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.1", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/", "::/129", "x/8"})
  void refusesWhatIsNoPrefix(String text) {
    assertThat(Cidr.parse(text)).isEmpty();
  }
}
