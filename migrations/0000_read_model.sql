-- Every table is read by its primary key alone, so none keeps a second tree of row ids.
CREATE TABLE `blocks` (
	`user_id` text NOT NULL,
	`blocked_id` text NOT NULL,
	`since` integer NOT NULL,
	PRIMARY KEY(`user_id`, `blocked_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `hidden` (
	`user_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`seq` integer NOT NULL,
	PRIMARY KEY(`user_id`, `thread_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `members` (
	`thread_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text,
	`avatar_url` text,
	`role` text NOT NULL,
	`joined_at` integer NOT NULL,
	`from_seq` integer NOT NULL,
	`read_seq` integer NOT NULL,
	`read_base` integer NOT NULL,
	`delivered_seq` integer NOT NULL,
	`pinned_at` integer,
	`muted_until` integer,
	`archived_at` integer,
	`version` integer NOT NULL,
	`shelf` integer NOT NULL,
	`rank` integer NOT NULL,
	PRIMARY KEY(`thread_id`, `user_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `members_list` ON `members` (`user_id`,`shelf`,`rank`,`thread_id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`thread_id` text NOT NULL,
	`seq` integer NOT NULL,
	`version` integer NOT NULL,
	`sender` text NOT NULL,
	`client_id` text,
	`kind` text NOT NULL,
	`format` text NOT NULL,
	`content` text,
	`metadata` text,
	`mentions` text,
	`reply_to` integer,
	`reactions` text NOT NULL,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	`deleted_at` integer,
	PRIMARY KEY(`thread_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `profiles` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`avatar_url` text,
	`role` text NOT NULL,
	`service_packages` text NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `threads` (
	`id` text PRIMARY KEY NOT NULL,
	`epoch` text NOT NULL,
	`type` text NOT NULL,
	`title` text,
	`metadata` text,
	`subject` text,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`head_seq` integer NOT NULL,
	`member_count` integer NOT NULL,
	`version` integer NOT NULL
) WITHOUT ROWID;
