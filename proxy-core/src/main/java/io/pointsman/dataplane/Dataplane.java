package io.pointsman.dataplane;

import io.pointsman.net.IpFamily;
import io.pointsman.plan.FamilyPlan;
import io.pointsman.trace.Tracer;

/**
 * The rules of one family in one network namespace. Used by one thread at a time.
 *
 * <p>A dataplane remembers what it committed last and writes only the difference. When it knows
 * nothing, at first or after {@link #forget}, it reads the kernel before it writes.
 */
public interface Dataplane extends AutoCloseable {
  IpFamily family();

  /**
   * Makes the kernel hold the rules of the plan, in one transaction: all of it or nothing.
   *
   * @throws DataplaneException when the kernel could not even be asked
   */
  CommitResult commit(FamilyPlan plan) throws DataplaneException;

  /** Whatever was known of the kernel is in doubt: the next commit reads it anew. */
  void forget();

  /**
   * How the kernel differs from what was committed last: a line for each object missing, changed or
   * foreign; empty when it is the same.
   *
   * @throws DataplaneException when the kernel could not be read
   */
  java.util.List<String> drift() throws DataplaneException;

  /**
   * Evaluates the rules that the kernel holds now, whoever wrote them.
   *
   * @throws DataplaneException when the kernel could not be read
   */
  Tracer tracer() throws DataplaneException;

  @Override
  void close();
}
