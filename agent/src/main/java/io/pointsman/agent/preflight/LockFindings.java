package io.pointsman.agent.preflight;

import io.pointsman.iptables.HostTools;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether the legacy iptables programs of a container and those of its host wait for each other:
 * they lock one file, where it is one. Those of the nft flavour lock nothing (iptables(8), {@code
 * --wait}).
 */
public final class LockFindings {
  private static final Path LOCK = HostTools.lock();

  private LockFindings() {}

  static List<Finding> of(Facts facts) {
    boolean locks =
        facts.wantsIptables()
            && Stream.of(IpFamily.values())
                .flatMap(family -> facts.chosen(family).stream())
                .anyMatch(programs -> !programs.nft());
    return locks && facts.mounts().isOfImage(LOCK) ? List.of(ownLock()) : List.of();
  }

  private static Finding ownLock() {
    return Finding.warn(
        LOCK.toString(),
        "is this container's own, so the host's iptables programs and those here do not wait for"
            + " each other, and one undoes what the other writes",
        "mount the host's " + LOCK + " there (hostPath, type FileOrCreate)");
  }

  /**
   * For the start in the mode iptables, in the network namespace of the calling thread. Rules are
   * read only where the lock is not the host's.
   *
   * @return one line saying what to do; empty when nothing is wrong, or it cannot be told
   */
  public static Optional<String> atStart() {
    try {
      if (!Mounts.read().isOfImage(LOCK)) {
        return Optional.empty();
      }
    } catch (IOException unreadable) {
      return Optional.empty();
    }
    return Stream.of(IpFamily.values())
        .flatMap(family -> HostIptables.find(family).programs().stream())
        .filter(programs -> !programs.isNft())
        .findFirst()
        .map(programs -> ownLock().text());
  }
}
