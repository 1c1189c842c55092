// Package protocol defines what workflows with approval gates and their clients exchange:
// names, messages, limits, statements that are signed, and refusals. Package approval is
// the workflow's side and package approvalclient the other one. Neither shows a type of
// this package to its users.
package protocol
