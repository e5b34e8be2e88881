ALTER TABLE `profiles` ADD `first_name` text;--> statement-breakpoint
ALTER TABLE `profiles` ADD `last_name` text;--> statement-breakpoint
ALTER TABLE `threads` ADD `created_by` text;--> statement-breakpoint
CREATE INDEX `threads_subject` ON `threads` ("subject" ->> 'id') WHERE "threads"."subject" IS NOT NULL;