package io.pointsman.agent;

import io.pointsman.flows.FlowJudge;
import io.pointsman.net.IpAddress;
import io.pointsman.net.IpFamily;
import java.io.IOException;
import java.util.Set;

/** The kernel's tracked flows, of the network namespace that the calling thread is in. */
interface FlowTable {
  /** The addresses of the node's interfaces. */
  Set<IpAddress> hostAddresses() throws IOException;

  /**
   * Deletes what the judge calls stale.
   *
   * @param deleted called for each flow that was deleted
   * @throws IOException when some may be left
   */
  void deleteStale(IpFamily family, FlowJudge judge, Runnable deleted) throws IOException;
}
