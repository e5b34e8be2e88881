// Every number that bounds something, with its reason. Settings that an operator may change are in env.ts.

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

export const limits = {
  /** Characters of a message. The EventFlow document promises 10,000. */
  content: 10_000,
  /** Bytes of `metadata` as JSON: room for a card, not for a file. */
  metadataBytes: 8 * 1024,
  /** Bytes of one native frame; a larger one is answered `too_large`. */
  frameBytes: 64 * 1024,
  /** Bytes of a frame that close the socket: nobody sends this by mistake twice. */
  frameCloseBytes: 1024 * 1024,
  /** Operations in one frame. */
  frameOperations: 100,
  /** Bytes of a JSON body on REST. Two thousand user ids fit, a file does not. */
  bodyBytes: 512 * 1024,
  /** Characters of a clientId or an Idempotency-Key. */
  clientId: 64,
  /** Characters of a user id: an identity provider's `sub` fits. */
  userId: 128,
  title: 200,
  /** People and threads of one forward: each is a call to an object. */
  forwardTargets: 20,
  /** Characters of an address on the web. */
  webAddress: 2048,
  name: 100,
  emoji: 32,
  mentions: 50,
  /** Seconds after which a message that vanishes may do so at the latest: a year. */
  expiresSeconds: (365 * day) / second,
  /** Messages that one run of a thread's alarm lets vanish; the rest follow at once. */
  vanishBatch: 500,
  /** Old messages of a busy thread vanish together, so that its alarm does not run for each. */
  retentionPauseMs: 60 * minute,
  /** Members of a thread in which everybody may call everyone: beyond, it is a crowd that is called. */
  everyoneMembers: 20,
  /** Different emojis one person may put on one message, so that one row cannot grow without end. */
  reactionsPerUser: 20,
  /** Files of one message. */
  attachments: 10,
  /** Characters of a file's name. */
  fileName: 255,
  /** Files in one request of a dialect. */
  filesPerRequest: 10,
  /** Bytes of the fields beside a file, each, and how many parts there may be in all. */
  formFieldBytes: 8 * 1024,
  formParts: 32,
  /** Bars of a voice message's waveform. */
  waveform: 128,
  /**
   * Bytes of a file that are in memory at a time: R2 takes no smaller part of a large one, and one
   * that ends within it is stored at once.
   */
  filePartBytes: 5 * 1024 * 1024,
  /** Bytes that are read at a time of a file that is stored already. */
  fileChunkBytes: 1024 * 1024,
  /** Parts of one upload: R2 takes no more. */
  uploadParts: 10_000,
  /** Bytes of a part of an upload in parts; more for files that would need too many of them. */
  uploadPartBytes: 8 * 1024 * 1024,
  /** Uploads of one person that are under way. */
  uploads: 20,
  /** Bytes that are read of a refused upload and thrown away, so that its client hears why. */
  refusedBytes: 64 * 1024 * 1024,
  /** A larger sound or film that does not say how long it is keeps that to itself. */
  readThroughBytes: 32 * 1024 * 1024,
  /** A file that no message shows is forgotten after this time, and so is an upload without an end. */
  unsentMs: day,
  /** Life of a link that needs no header. */
  linkMs: 5 * minute,
  /** Life of an address to PUT a whole file to. */
  directMs: 60 * minute,
  /** Widths that a picture is made smaller to: few, since each is made and kept once. */
  thumbnails: [160, 400, 800, 1600],
  thumbnail: 400,
  /** Width of a placeholder, and the most characters of it: it travels with every message. */
  placeholder: 16,
  placeholderCharacters: 1_000,
  /** Beyond so many threads that may show a file, the read model says which ones are worth asking. */
  attachmentThreads: 20,
  /** Members of a thread: its object keeps them all in memory (300 bytes each). */
  members: 10_000,
  /** Members added by one request. */
  membersPerRequest: 1_000,
  /** Members listed inside a thread; the rest is behind `member.list`. */
  membersInThread: 50,
  /** Threads up to this size call every member's user object; larger ones only subscribers. */
  fanOutMembers: 300,
  /** Threads up to this size keep delivered cursors and announce them: n² frames beyond. */
  receiptMembers: 20,
  /** Seqs in one `receipt.list`. A page of a list with gaps in it may be longer than a page. */
  receiptsPage: 1_000,
  /** Items of a page: default, most. */
  page: 50,
  pageMost: 100,
  /** Changes in one page of `sync`. */
  syncPage: 500,
  /** Messages that `sync from=latest` starts with. */
  syncLatest: 50,
  /** Threads in one `sync` of a socket: each is a call to an object. */
  syncThreads: 50,
  /** User ids in one presence query: each is a call to an object. */
  presenceUsers: 100,
  /** People told of a presence change, those of the newest threads first: each is a call to an object. */
  presenceContacts: 100,
  /** Threads up to this size make their members contacts; a crowd is no company. */
  presenceMembers: 50,
  blocks: 5_000,
  /** Characters of what an admin or the service tells somebody. */
  noticeMessage: 2_000,
  /** Notifications kept of one person beside those of threads; the oldest go. */
  notices: 500,
  /** Threads, newest first, whose unread messages make notifications: the list is derived of them. */
  noticeThreads: 500,
  /** Queued messages of one person that are not sent yet; as many that were are kept, for a day. */
  queue: 100,
  /** An attempt that takes longer (the object may have been evicted in it) is made again. */
  patienceMs: minute,
  queueSentMs: 24 * 60 * minute,
  /** A message that could not be sent is forgotten after this time. */
  queueFailedMs: 30 * 24 * 60 * minute,
  /** An offer or a booking request without an end of its own stays open for so long. */
  proposalMs: 30 * day,
  /** Members whose packages a booking request is looked for in: each is a call to an object. */
  proposalMembers: 50,
  /** Drafts of one person. */
  drafts: 1_000,
  /** Messages of one person that are to be sent later: each is a row and a call of its own at its time. */
  scheduled: 100,
  /** Reminders of one person that are still to come. */
  reminders: 500,
  /** How far ahead a message or a reminder may be set. */
  aheadMs: 366 * day,
  /** A draft that was sent is remembered this long, so that sending it again finds the message. */
  sentDraftMs: 7 * 24 * 60 * minute,
  reportDetails: 2_000,
  /** Reports of a page: each brings a context of eleven messages. */
  reportPage: 20,
  /** Messages around a reported one that moderators see. */
  reportContext: 10,
  /**
   * A door asks a user's object once in this time whether they are banned, and a ban waits as long
   * before it is answered: so it holds everywhere when it is answered, and a busy client costs one
   * call a second instead of one a request.
   */
  admissionMs: second,
  /** Socket.IO sessions of one person: each is called for everything they hear. */
  sessions: 32,
  /** A Socket.IO client that was lost is told what it missed if it is back within this time. */
  recoveryMs: 2 * minute,
  /** Threads and single events it may miss; beyond, its page had better start afresh. */
  recoveryThings: 100,
  /** Life of a typing indicator without a refresh. */
  typingMs: 10 * second,
  /** Time between the last socket's close and "offline": a reload is not an event. */
  presenceGraceMs: 10 * second,
  /** A REST write waits this long for the read model before it answers without it. */
  projectionWaitMs: 2 * second,
  /** Socket writes reach the read model within this time, many in one batch. */
  projectionDelayMs: second,
  /**
   * Messages in one batch to D1, which travel as JSON in a few bound values: far below its 2 MB each
   * and 30 s for all. A batch costs a round trip and a transaction however small it is.
   */
  projectionBatch: 1_500,
  /** Messages whose domain events are put on the queue at a time; a batch of it holds 100 and 256 KB. */
  domainBatch: 100,
  domainBatchBytes: 200_000,
  /** People named by one domain event: a queue's message holds 128 KB. */
  domainPeople: 300,
  /** Bytes of one domain event; people are left out of a larger one. */
  domainEventBytes: 120_000,
  /** Longest pause between attempts while D1 does not answer. */
  projectionRetryMostMs: minute,
  /** What a socket may be sent without a sign of life before it is told `behind`. */
  behindBytes: 4 * 1024 * 1024,
  behindEvents: 10_000,
  /** Events over the limit of a minute that are refused one by one before the socket closes. */
  floodEvents: 100,
  /** The same text through the other door within this time is the same message, see core/twins.ts. */
  twinMs: 5 * second,
  /** Newest messages of a thread among which such a twin is looked for. */
  twinReach: 256,
  /** Cursor moves remembered per member, to tell when a message was read. */
  cursorMarks: 32,
  /** Tolerance for clocks that differ, on a token's exp and nbf. */
  clockToleranceSeconds: 30,
  /** Characters of a search. */
  searchText: 500,
  /** Hits of a search: default, most. */
  searchPage: 20,
  searchPageMost: 50,
  /** How far page numbers reach; a cursor goes further. */
  searchOffset: 10_000,
  /** An object that holds sockets and said nothing for so long is asked whether it still does. */
  openSilenceMs: 60 * minute,
  /** How many of those are asked when somebody counts, of each shard of the directory. */
  openChecks: 4,
  /** Objects told of a broadcast in one run of a shard's alarm: each is a call. */
  broadcastPage: 200,
  /** Messages in one import call to a thread. */
  importBatch: 500,
  /** What is read of a page for its preview; its head is in the first few. */
  previewBytes: 512 * 1024,
  /** Time for a preview, robots.txt and redirects included. */
  previewMs: 8 * second,
  previewRedirects: 5,
  /** How long a preview holds; a failure is tried again sooner. */
  previewKeptMs: 30 * day,
  previewFailureKeptMs: 10 * minute,
  /** How long a robots.txt holds: RFC 9309 says at most a day. */
  robotsKeptMs: day,
  /** Steps of matching one address against a robots.txt; the longest real ones take a tenth. */
  robotsSteps: 50_000_000,
  /** Expired previews removed by each new one, so that their table does not grow for ever. */
  previewsSwept: 20,
  previewTitle: 300,
  previewDescription: 1_000,
  previewSiteName: 100,
  /** Previews that one thread fetches at a time: an object has six connections. */
  previewsAtOnce: 3,
  /** Newest messages among which an evicted thread looks for previews that it still owes. */
  previewReach: 256,
  /** Threads rebuilt by one call of `admin.rebuild`: each costs a call to an object. */
  rebuildPage: 100,
  /** Threads of which one person may want to be told less. */
  levels: 500,
  /** A queue holds a message back for no longer. */
  queueDelaySeconds: 43_200,
  /** Devices of one person that are reached by push. */
  pushSubscriptions: 20,
  /** A push gathers what comes in this time. */
  pushDelayMs: 1500,
  /** Where a device is in use, it has this time to show a message before others are told. */
  pushWaitMs: 10_000,
  /** Messages that call those who are away together, where they call at all. */
  calledBatch: 2000,
  /** Members of a thread that are looked at together when something calls those who are away. */
  calleesPage: 200,
  /** Characters of an address outside: of a webhook, of a push service. */
  outsideUrl: 2048,
  /** Webhooks in all: each event is sent to each of them. */
  webhooks: 20,
  /** Admins who are told that a webhook was disabled. */
  webhookNotices: 50,
  /** Deliveries in a row that were given up, after which a webhook is disabled. */
  webhookFailures: 5,
  /** How long somebody outside may take to answer. */
  deliveryMs: 15_000,
  /** After this time nobody is thought to be at work on a delivery any more. */
  deliveryLeaseMs: 60_000,
  /** Deliveries that ended are forgotten after this time. */
  deliveryKeptMs: 7 * day,
  /** How many of them are forgotten at a time. */
  deliveriesForgotten: 500,
} as const
