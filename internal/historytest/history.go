// Package historytest builds workflow histories, in any order of events that a server
// could write, and replays them. It also replays recorded histories.
package historytest

import (
	"bytes"
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
)

// A History is a workflow history under construction, as JSON of the Temporal CLI.
// Events are numbered in the order of the calls. Only [History.Pass] moves the clock.
type History struct {
	t        testing.TB
	workflow string
	events   []event
	now      time.Time
	task     int // number of the last WorkflowTaskCompleted
	effects  int // side effects so far
	outdated bool
}

type event map[string]any

// A Payload is one encoded argument. Data is base64 on the wire.
type Payload struct {
	Metadata map[string][]byte `json:"metadata,omitempty"`
	Data     []byte            `json:"data,omitempty"`
}

// JSON returns v as a payload of the default data converter.
func JSON(t testing.TB, v any) Payload {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err, "historytest: the argument cannot be encoded")
	return Raw("json/plain", data)
}

// Raw returns a payload, which may be malformed.
func Raw(encoding string, data []byte) Payload {
	return Payload{Metadata: map[string][]byte{"encoding": []byte(encoding)}, Data: data}
}

// New returns the history of a workflow up to the end of its first workflow task. Add
// the commands of that task by further calls.
func New(t testing.TB, workflow string, input ...Payload) *History {
	t.Helper()
	return NewWithHeader(t, workflow, nil, input...)
}

// NewWithHeader returns what [New] does, for a workflow that was started with a header.
func NewWithHeader(t testing.TB, workflow string, header map[string]Payload, input ...Payload) *History {
	t.Helper()
	h := &History{t: t, workflow: workflow, now: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	h.add("WORKFLOW_EXECUTION_STARTED", "workflowExecutionStarted", event{
		"workflowType":        event{"name": workflow},
		"taskQueue":           event{"name": "history"},
		"input":               event{"payloads": input},
		"header":              event{"fields": header},
		"workflowTaskTimeout": "10s",
		"attempt":             1,
	})
	return h.Task()
}

// Pass moves the clock before the next event.
func (h *History) Pass(d time.Duration) *History {
	h.now = h.now.Add(d)
	return h
}

// Task adds a workflow task, in which the worker receives all events since the last
// one. Add its commands by further calls.
func (h *History) Task() *History {
	scheduled := h.add("WORKFLOW_TASK_SCHEDULED", "workflowTaskScheduled", event{"taskQueue": event{"name": "history"}, "attempt": 1})
	started := h.add("WORKFLOW_TASK_STARTED", "workflowTaskStarted", event{
		"scheduledEventId": scheduled, "targetWorkerDeploymentVersionChanged": h.outdated,
	})
	h.task = h.add("WORKFLOW_TASK_COMPLETED", "workflowTaskCompleted", event{"scheduledEventId": scheduled, "startedEventId": started})
	return h
}

// Outdated makes the run one that is pinned to a version that is not the target any
// more, from the next task on.
func (h *History) Outdated() *History {
	h.outdated = true
	return h
}

// TimerStarted adds the start of a timer of d and returns its ID.
func (h *History) TimerStarted(d time.Duration) string {
	id := strconv.Itoa(len(h.events) + 1) // as the SDK numbers its timers
	h.add("TIMER_STARTED", "timerStarted", event{"timerId": id, "startToFireTimeout": seconds(d), "workflowTaskCompletedEventId": h.task})
	return id
}

// TimerCanceled adds the cancellation of a timer.
func (h *History) TimerCanceled(id string) *History {
	h.add("TIMER_CANCELED", "timerCanceled", event{"timerId": id, "startedEventId": id, "workflowTaskCompletedEventId": h.task})
	return h
}

// TimerFired adds the firing of a timer.
func (h *History) TimerFired(id string) *History {
	h.add("TIMER_FIRED", "timerFired", event{"timerId": id, "startedEventId": id})
	return h
}

// ActivityScheduled adds the schedule event of an activity of that type.
func (h *History) ActivityScheduled(name string) *History {
	id := strconv.Itoa(len(h.events) + 1) // as the SDK numbers its activities
	h.add("ACTIVITY_TASK_SCHEDULED", "activityTaskScheduled", event{
		"activityId": id, "activityType": event{"name": name}, "taskQueue": event{"name": "history"},
		"workflowTaskCompletedEventId": h.task,
	})
	return h
}

// SideEffect adds the marker of a side effect with that value.
func (h *History) SideEffect(value Payload) *History {
	h.effects++
	h.add("MARKER_RECORDED", "markerRecorded", event{
		"markerName": "SideEffect",
		"details": event{
			"side-effect-id": event{"payloads": []Payload{JSON(h.t, h.effects)}},
			"data":           event{"payloads": []Payload{value}},
		},
		"workflowTaskCompletedEventId": h.task,
	})
	return h
}

// SearchAttributesSet adds an upsert of search attributes. A replay does not compare
// which.
func (h *History) SearchAttributesSet() *History {
	h.add("UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", "upsertWorkflowSearchAttributes", event{
		"searchAttributes": event{"indexedFields": event{}}, "workflowTaskCompletedEventId": h.task,
	})
	return h
}

// Signal adds a signal.
func (h *History) Signal(name string, args ...Payload) *History {
	h.add("WORKFLOW_EXECUTION_SIGNALED", "workflowExecutionSignaled", event{"signalName": name, "input": event{"payloads": args}})
	return h
}

// CancelRequested adds a request to cancel the workflow.
func (h *History) CancelRequested() *History {
	h.add("WORKFLOW_EXECUTION_CANCEL_REQUESTED", "workflowExecutionCancelRequested", event{})
	return h
}

// Now returns the time of the next event.
func (h *History) Now() time.Time { return h.now }

// Events returns the number of events so far.
func (h *History) Events() int { return len(h.events) }

func (h *History) add(kind, attributes string, values event) int {
	number := len(h.events) + 1
	h.events = append(h.events, event{
		"eventId":                      number,
		"eventType":                    "EVENT_TYPE_" + kind,
		"eventTime":                    h.now.Format(time.RFC3339Nano),
		attributes + "EventAttributes": values,
	})
	return number
}

// seconds formats a duration as the JSON form of protobuf does.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

func (h *History) proto() *historypb.History {
	h.t.Helper()
	text, err := json.Marshal(map[string]any{"events": h.events})
	require.NoError(h.t, err)
	history, err := client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{})
	require.NoError(h.t, err, "historytest: not a history")
	return history
}
