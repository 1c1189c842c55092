// Package observe tests what deploy/observe has: the Grafana dashboard and the alert
// rules of Prometheus. Without a tag it checks their form, and that each metric exists.
// With the tag "observe" it needs Debian's package prometheus:
//
//	bash .ci/run observe
//
// Then promtool plays synthetic series of a fault for each alert, and asserts that this
// alert fires and no other. A Prometheus server reads the order worker on a real Temporal
// server, faults are planted one by one, and each expression is evaluated: each panel has
// data, and each fault makes the expression of its alert true, and of no other.
package observe
