package io.pointsman.lab.learn;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong in a row's file is said with its place. */
class RowReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          in: blue, run: ls     | there is no place 'blue'; the row's places are [red]
          in: red               | a step does one thing: 'run', 'connect', 'cni', 'crowd', 'proxy', 'apply' or 'serve'
          in: red, run: ls, x: 1 | unknown key 'x'
          in: red, cni: GO n red | 'cni' is ADD, CHECK or DEL, a network and a place
          in: red, cni: ADD n red, ports: 80 | '80' is no port mapping, such as 8080:80
          proxy: ipvs           | 'proxy' is a mode: nftables or iptables
          in: red, serve: tea   | 'serve' is dns, world, ingress or web
          in: red, connect: '127.0.0.1:80' | a connection needs 'shows'
          """)
  void namesFileStepAndFault(String step, String message) {
    String text = "{title: t, about: a, places: [red], steps: [{say: s, " + step + "}]}";
    assertThatThrownBy(() -> RowReader.read("01-a.yaml", text))
        .hasMessageStartingWith("01-a.yaml: step 1: ")
        .hasMessageContaining(message);
  }
}
