/**
 * Stories of Services as small YAML files: objects, steps, and what packets must find at each step.
 *
 * <p>{@link io.pointsman.lab.scenario.ScenarioReader} turns a file into values, {@link
 * io.pointsman.lab.scenario.ScenarioRunner} plays it in a {@link io.pointsman.lab.Lab} with any
 * {@link io.pointsman.lab.scenario.ProxyUnderTest}, and the {@link
 * io.pointsman.lab.scenario.ScenarioReport} holds every observation beside what was expected. The
 * proxy is known only by that interface: nothing here depends on Pointsman.
 */
@NullMarked
package io.pointsman.lab.scenario;

import org.jspecify.annotations.NullMarked;
