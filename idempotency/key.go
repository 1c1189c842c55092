package idempotency

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// keyVersion is part of all keys. Change it with the way keys are made.
const keyVersion = "1"

// digest returns the key that the parts name. It includes their lengths, since they
// may have any byte.
func digest(parts ...string) driver.Key {
	text := make([]byte, 0, 512)
	text = append(text, "temporal-patterns.idempotency "...)
	text = append(text, keyVersion...)
	for _, part := range parts {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	return sha256.Sum256(text)
}

func newOwner() (o driver.Owner) {
	_, _ = rand.Read(o[:]) // never fails
	return o
}

// infoOf returns the unencrypted description of an activity. An activity that no workflow
// has started has a run of its own.
func infoOf(a activity.Info) driver.Info {
	info := driver.Info{
		Namespace: a.Namespace, WorkflowID: a.WorkflowExecution.ID, RunID: a.WorkflowExecution.RunID,
		ActivityType: a.ActivityType.Name, ActivityID: a.ActivityID, Attempt: a.Attempt,
	}
	if info.WorkflowID == "" {
		info.RunID = a.ActivityRunID
	}
	return info
}

// key returns the key of a call and the activity that it comes from.
func (o *ActivityOptions) key(ctx context.Context, args []any) (driver.Key, driver.Info, error) {
	if !activity.IsActivity(ctx) {
		return driver.Key{}, driver.Info{}, nonRetryable(ReasonNoKey, "it is called outside an activity; use Do with a key of your own")
	}
	a := activity.GetInfo(ctx)
	info := infoOf(a)
	switch {
	case o.Key != nil:
		name, err := o.Key(args)
		if err != nil {
			return driver.Key{}, info, err
		}
		if name == "" {
			return driver.Key{}, info, nonRetryable(ReasonNoKey, "the key is empty, and would be the same for all work; "+
				"make it of what identifies the work")
		}
		return businessKey(a.Namespace, a.ActivityType.Name, name), info, nil
	case o.ChainStep != "" && info.WorkflowID == "":
		return driver.Key{}, info, nonRetryable(ReasonNoKey, "ChainStep is for activities of a workflow, "+
			"and no workflow has started activity %q; "+
			"set ActivityOptions.Key", a.ActivityID)
	case o.ChainStep != "":
		first := firstRunOf(ctx)
		if first == "" {
			return driver.Key{}, info, nonRetryable(ReasonNoKey, "ChainStep needs the first run of the workflow, "+
				"which activity %q was not sent; "+
				"give the workflow's worker Guard.Interceptor", a.ActivityID)
		}
		return digest("chain", a.Namespace, a.WorkflowExecution.ID, first, a.ActivityType.Name, o.ChainStep), info, nil
	default:
		return runKey(a), info, nil
	}
}

// runKey returns the key of one execution of an activity, over all of its attempts.
func runKey(a activity.Info) driver.Key {
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

func businessKey(namespace, activityType, key string) driver.Key {
	return digest("business", namespace, activityType, key)
}

// KeyFunc makes [ActivityOptions].Key of a function of an activity's first argument.
func KeyFunc[In any](key func(In) string) func(args []any) (string, error) {
	return func(args []any) (string, error) {
		in, err := firstOf[In](args)
		if err != nil {
			return "", err
		}
		return key(in), nil
	}
}

// firstOf returns the first argument of an activity.
func firstOf[In any](args []any) (in In, err error) {
	if len(args) == 0 {
		return in, nonRetryable(ReasonNoKey, "the activity has no argument, and the guard's options need a %T; correct the options",
			in)
	}
	in, ok := args[0].(In)
	if !ok {
		return in, nonRetryable(ReasonNoKey, "the activity's argument is a %T, and the guard's options need a %T; "+
			"correct the options", args[0], in)
	}
	return in, nil
}

// downstreamKey returns a key for a service, which reveals nothing: a UUID of version 8
// without hyphens, whose 32 characters fit the limits of all known services.
func downstreamKey(key driver.Key, label string, generation int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%x %d %d:%s", key[:], generation, len(label), label))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return hex.EncodeToString(sum[:16])
}
