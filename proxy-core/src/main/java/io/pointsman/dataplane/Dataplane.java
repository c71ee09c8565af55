package io.pointsman.dataplane;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.Tracer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rules of one family in one network namespace. Used by one thread at a time.
 *
 * <p>A dataplane remembers what it committed last and writes only the difference. When it knows
 * nothing, at first or after {@link #forget}, it reads the kernel before it writes.
 */
public interface Dataplane extends AutoCloseable {
  IpFamily family();

  /**
   * Works out what the plan asks for, without a look at the kernel: the commit of this plan, or of
   * one that differs little from it, then takes less time.
   */
  void prepare(FamilyPlan plan);

  /**
   * Makes the kernel hold the rules of the plan, in one transaction: all of it or nothing.
   *
   * @throws DataplaneException when the kernel could not even be asked
   */
  CommitResult commit(FamilyPlan plan) throws DataplaneException;

  /**
   * A cheap look at whether somebody else has touched our rules since the last look; what that did
   * to them, {@link #drift} and the commit after {@link #forget} find out. It may cry wolf, and it
   * may miss a change that leaves all of our rules in use, but not the loss of them.
   *
   * @throws DataplaneException when the kernel could not be asked; nothing is known then
   */
  boolean isDisturbed() throws DataplaneException;

  /** What the kernel holds since the last commit. Costs nothing: it is counted as it is written. */
  Inventory inventory();

  /**
   * From now on, tells how long each wait took for a lock by which programs that write rules take
   * turns, on the thread that uses this; nothing where there is no such lock, or no wait can be
   * told.
   */
  default void onLockWait(Consumer<Duration> listener) {}

  /** How often {@link #isDisturbed} is worth what it costs. */
  Duration watchInterval();

  /** Whatever was known of the kernel is in doubt: the next commit reads it anew. */
  void forget();

  /**
   * How the kernel differs from what was committed last or, before any commit, from what was
   * prepared: a line for each object missing, changed or foreign; empty when it is the same.
   *
   * @param most so many lines at most, and one that counts the others
   * @throws DataplaneException when the kernel could not be read
   */
  List<String> drift(int most) throws DataplaneException;

  /** As {@link #drift(int)}, with all lines. */
  default List<String> drift() throws DataplaneException {
    return drift(Integer.MAX_VALUE);
  }

  /**
   * What the kernel holds of ours now, whoever wrote it, in the form of {@link Backend#render};
   * empty when there is nothing.
   *
   * @throws DataplaneException when the kernel could not be read
   */
  String readBack() throws DataplaneException;

  /**
   * Evaluates the rules that the kernel holds now, whoever wrote them.
   *
   * @throws DataplaneException when the kernel could not be read
   */
  Tracer tracer() throws DataplaneException;

  @Override
  void close();
}
