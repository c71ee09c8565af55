package io.pointsman.e2e.echo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The program in the image of the end-to-end tests. */
public final class Echo {
  private static final String USAGE =
      "usage: serve NAME | ask tcp|udp ADDRESS PORT COUNT SOURCE-PORT | get URL";

  private Echo() {}

  /**
   * {@code serve NAME} answers until it is killed; {@code ask …} prints one outcome a line; {@code
   * get URL} prints what an HTTP server said.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> words, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    String verb = words.isEmpty() ? "" : words.getFirst();
    List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
    try {
      return switch (verb) {
        case "serve" -> serve(rest, out);
        case "ask" -> {
          EchoClient.ask(Question.parse(rest)).forEach(out::println);
          yield 0;
        }
        case "get" -> {
          out.print(EchoClient.get(URI.create(rest.getFirst())));
          out.flush();
          yield 0;
        }
        default -> throw new IllegalArgumentException(USAGE);
      };
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
      return 2;
    }
  }

  private static int serve(List<String> rest, PrintStream out)
      throws IOException, InterruptedException {
    if (rest.size() != 1) {
      throw new IllegalArgumentException(USAGE);
    }
    try (EchoServer server = EchoServer.start(rest.getFirst(), EchoServer.PORTS)) {
      out.println(rest.getFirst() + " serves " + server.ports());
      new CountDownLatch(1).await();
    }
    return 0;
  }
}
