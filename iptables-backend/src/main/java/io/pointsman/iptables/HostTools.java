package io.pointsman.iptables;

import io.pointsman.dataplane.Dataplane;
import io.pointsman.dataplane.DataplaneException;
import io.pointsman.net.IpFamily;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The iptables programs that are installed, for those who look before they run the proxy. */
public final class HostTools {
  private final Tools tools;

  private HostTools(Tools tools) {
    this.tools = tools;
  }

  /** Each flavour of the programs of a family on the PATH; none when none is installed. */
  public static List<HostTools> installed(IpFamily family) {
    return Tools.installed(family, CommandRunner.ofHost()).stream().map(HostTools::new).toList();
  }

  /**
   * Those that the mode {@code iptables} would use in the network namespace of the calling thread;
   * empty when none is installed. Reads all rules, writes nothing.
   *
   * @throws DataplaneException when it cannot be told, for lack of rights
   */
  public static Optional<HostTools> chosen(IpFamily family) throws DataplaneException {
    return Optional.of(Tools.choose(family, CommandRunner.ofHost()))
        .filter(Tools::isInstalled)
        .map(HostTools::new);
  }

  /** The program that loads rules, such as {@code iptables-nft-restore}. */
  public String program() {
    return tools.program("restore");
  }

  /** What the programs say of themselves, such as {@code iptables-save v1.8.9 (nf_tables)}. */
  public String version() {
    return tools.version().orElse("").strip();
  }

  /** Whether their rules are in nf_tables and not in x_tables. */
  public boolean isNft() {
    return tools.isNft();
  }

  /** All rules as {@code iptables-save} prints them; empty when the kernel lacks this flavour. */
  public String rules() {
    return tools.saveIfPossible();
  }

  /** The file on which legacy programs of one host wait for each other. */
  public static Path lock() {
    return UnderLock.file();
  }

  /** True for a chain that is Pointsman's or kube-proxy's alone. */
  public static boolean isOfProxy(String chain) {
    return ChainNames.isOwned(chain);
  }

  /**
   * As {@link IptablesBackend#open}, with these programs.
   *
   * @throws DataplaneException saying what is missing
   */
  public Dataplane open() throws DataplaneException {
    return IptablesDataplane.open(tools, TableStamp::ofKernel, new KernelCounters());
  }
}
