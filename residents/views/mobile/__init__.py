"""The pages of residents and applicants inside WeChat. Whatever is theirs is reached through
belonging_to(follower); of everybody else they are told nothing."""
