package io.pointsman.lab.control;

import io.pointsman.lab.scenario.ClusterObjects;
import java.util.List;

/** One concern of a cluster's control, as a pure function. */
interface Controller {
  /**
   * What has to be written so that the objects become what they should be. The same objects give
   * the same changes in the same order; objects that are as they should be give none.
   *
   * @param objects all objects of the kinds in {@link Kind}
   */
  List<Change> changes(ClusterObjects objects);
}
