// Package approvalkey has the keys that sign votes and changes, so that workers can
// refuse those that another program has made up.
//
// A service signs with Options.Key of package approvalclient, and workers check with
// Options.Keys of package approval:
//
//	key, err := approvalkey.NewSigningKey("2026-01", private)            // in the service
//	people, err := approvalclient.New(c, approvalclient.Options{Key: &key, Namespace: "orders"})
//
//	key, err := approvalkey.NewVerifyingKey("2026-01", public)           // on the workers
//	gates, err := approval.NewGates(ctx, approval.Options{Keys: []approvalkey.Key{key}})
//
// A signature covers the whole vote, the chain of workflow runs that it is for, and the time
// until which workers accept it. docs/approval.md has the details.
package approvalkey
