package idempotency

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strconv"

	"go.temporal.io/sdk/activity"
)

// A Scope is within what a key names work once.
type Scope uint8

const (
	// ScopeRun is one execution of an activity in one run: all of its attempts,
	// and nothing else. An activity ID that is used again is another execution.
	// A local activity whose workflow task has failed is the same execution, and
	// has to have the same arguments.
	ScopeRun Scope = iota
	// ScopeChain is a step of a workflow over retries, cron, continue-as-new and
	// resets: the first run of the chain and [Call].Step name it. It needs the
	// interceptor of [Guard.Interceptor] on the worker of the workflow.
	ScopeChain
)

// keyVersion is part of all keys: another way to make them is another version.
const keyVersion = "1"

// digest names what the parts name. Their lengths are in it, since any byte may
// stand in them.
func digest(parts ...string) Digest {
	text := make([]byte, 0, 512)
	text = append(text, "temporal-patterns.idempotency "...)
	text = append(text, keyVersion...)
	for _, part := range parts {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	return sha256.Sum256(text)
}

// String is the digest in hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// ParseDigest reads what [Digest.String] has written.
func ParseDigest(s string) (d Digest, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, fmt.Errorf("idempotency: %.70q is no key; give the %d hex digits of a log line or a list", s, 2*len(d))
	}
	copy(d[:], b)
	return d, nil
}

func newOwner() (o Owner) {
	_, _ = rand.Read(o[:]) // never fails
	return o
}

// infoOf says in clear which activity it is. One that no workflow has started has
// a run of its own.
func infoOf(a activity.Info) Info {
	info := Info{
		Namespace: a.Namespace, WorkflowID: a.WorkflowExecution.ID, RunID: a.WorkflowExecution.RunID,
		ActivityType: a.ActivityType.Name, ActivityID: a.ActivityID, Attempt: a.Attempt,
	}
	if info.WorkflowID == "" {
		info.RunID = a.ActivityRunID
	}
	return info
}

// key is the key of a call, and where it comes from.
func (c *Call) key(ctx context.Context, args []any) (Digest, Info, error) {
	if !activity.IsActivity(ctx) {
		return Digest{}, Info{}, refuse(NoKey, "it is called outside an activity; use Do with a key of your own")
	}
	a := activity.GetInfo(ctx)
	info := infoOf(a)
	switch {
	case c.Key != nil:
		name, err := c.Key(args)
		if err != nil {
			return Digest{}, info, err
		}
		if name == "" {
			return Digest{}, info, refuse(NoKey, "the key is empty, and would be the same for everybody; make it of what names the work")
		}
		return businessKey(a.Namespace, a.ActivityType.Name, name), info, nil
	case c.Scope == ScopeChain && info.WorkflowID == "":
		return Digest{}, info, refuse(NoKey, fmt.Sprintf("ScopeChain is for activities of a workflow, and no workflow has started activity %q; set Call.Key", a.ActivityID))
	case c.Scope == ScopeChain:
		first := firstRunOf(ctx)
		if first == "" {
			return Digest{}, info, refuse(NoKey, fmt.Sprintf("ScopeChain needs the first run of the workflow, which activity %q was not sent; give the workflow's worker Guard.Interceptor", a.ActivityID))
		}
		return digest("chain", a.Namespace, a.WorkflowExecution.ID, first, a.ActivityType.Name, c.Step), info, nil
	default:
		return runKey(a), info, nil
	}
}

// runKey is the key of one execution of an activity, over all of its attempts.
func runKey(a activity.Info) Digest {
	kind, run, scheduled := "regular", a.WorkflowExecution.RunID, ""
	switch {
	case a.IsLocalActivity: // which are counted by themselves
		kind = "local"
	case a.WorkflowExecution.ID == "": // no workflow has started it
		kind, run = "standalone", a.ActivityRunID
	case len(a.TaskToken) > 0: // else no server has scheduled it, and each attempt has a time of its own
		scheduled = strconv.FormatInt(a.ScheduledTime.UnixNano(), 10) // tells activities with one ID apart
	}
	return digest("run", a.Namespace, kind, a.WorkflowExecution.ID, run, a.ActivityType.Name, a.ActivityID, scheduled)
}

func businessKey(namespace, name, key string) Digest { return digest("business", namespace, name, key) }

// By makes [Call].Key of a function of an activity's first argument.
func By[In any](key func(In) string) func(args []any) (string, error) {
	return func(args []any) (string, error) {
		in, err := firstOf[In](args)
		if err != nil {
			return "", err
		}
		return key(in), nil
	}
}

// firstOf is the first argument of an activity.
func firstOf[In any](args []any) (in In, err error) {
	if len(args) == 0 {
		return in, refuse(NoKey, fmt.Sprintf("the activity has no argument, and the guard's Call needs a %T; correct the Call", in))
	}
	in, ok := args[0].(In)
	if !ok {
		return in, refuse(NoKey, fmt.Sprintf("the activity's argument is a %T, and the guard's Call needs a %T; correct the Call", args[0], in))
	}
	return in, nil
}

// downstreamSum is what keys for a service are made of: nothing can be read from it.
func downstreamSum(key Digest, label string, generation int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "%x %d %d:%s", key[:], generation, len(label), label))
}

// downstreamKey has 32 characters, which fit into the limits of all known services.
func downstreamKey(sum [sha256.Size]byte) string {
	return base32.HexEncoding.EncodeToString(sum[:20])
}

// downstreamUUID is a UUID of version 8.
func downstreamUUID(sum [sha256.Size]byte) string {
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
