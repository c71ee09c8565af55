package io.pointsman.lab.control;

import io.pointsman.lab.scenario.Manifest;

/** Makes pods real: a network namespace with addresses, and a server in it. */
public interface PodRuntime {
  /**
   * Starts a pod on its node; called by a thread of the pod's own, for several pods at once.
   *
   * @param pod as the API server has it, {@code spec.nodeName} filled in
   * @return the pod, once it has its addresses and its process runs; it need not serve yet
   * @throws io.pointsman.lab.LabException when it cannot be started, saying why; nothing is left of
   *     it then, and it is tried again later
   */
  RunningPod start(Manifest pod);
}
