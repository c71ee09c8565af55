package io.pointsman.benchmarks;

/**
 * How much there is to do.
 *
 * @param services number of Services, 1..{@link Workload#MAX_SERVICES}
 * @param endpoints ready endpoints of each Service, at least 1
 */
public record Size(int services, int endpoints) {
  public Size {
    if (services < 1 || services > Workload.MAX_SERVICES || endpoints < 1) {
      throw new IllegalArgumentException(
          "%d Services with %d endpoints each: use 1..%d Services and at least 1 endpoint"
              .formatted(services, endpoints, Workload.MAX_SERVICES));
    }
  }

  /** Endpoints of all Services together. */
  public long total() {
    return (long) services * endpoints;
  }

  @Override
  public String toString() {
    return "%,d x %,d".formatted(services, endpoints);
  }
}
