//! Errors of accounts, memberships, invitations and workspaces.

use labeler_ports::RngError;

use crate::database::DbError;

/// Maximum number of workspaces that one person may create.
pub const MAX_WORKSPACES: u32 = 10;

/// Error of creating an account or signing in to one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountsError {
    /// The text is not an e-mail address.
    #[error("this is not an e-mail address; enter one such as name@example.com")]
    Email,
    /// The password is shorter than 8 or longer than 256 characters.
    #[error("a password has 8 to 256 characters")]
    Password,
    /// The password is on the list of common passwords.
    #[error("this password is one of the most common ones; choose another")]
    CommonPassword,
    /// The name is empty or longer than 100 characters.
    #[error("a name has 1 to 100 characters")]
    Name,
    /// Another person has this address.
    #[error("an account with this address already exists")]
    EmailTaken,
    /// The address is unknown, the password is wrong or not set, or the person is disabled or a member of no workspace.
    /// One error for all, so that it does not show who has an account.
    #[error("address or password is wrong")]
    SignInRefused,
    /// The password is right, but the person has not proved to receive mail at the address.
    #[error("the e-mail address is not confirmed; ask for a link that sets a new password, which confirms it")]
    Unproved,
    /// Too many tries. The password was not checked.
    #[error("too many tries; wait {retry_after_s} seconds")]
    Delayed {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// Error of the random source.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Error of changing a membership, an invitation or a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MembersError {
    /// This workspace has no member or invitation with this ID.
    #[error("no member or invitation with this ID exists")]
    NotFound,
    /// The role, present or requested, has permissions that the caller does not have.
    #[error("the role has permissions that you do not have; choose a lower role")]
    ExceedsPermissions,
    /// The change would leave the workspace without an owner.
    #[error("the last owner cannot be removed or demoted; make another member an owner first")]
    LastOwner,
    /// The role was changed by another request at the same time.
    #[error("the member was changed by another request at the same time; try again")]
    Changed,
    /// The person has created [`MAX_WORKSPACES`] workspaces.
    #[error("you have created {max} workspaces, which is the limit; use one of them, or erase one first", max = MAX_WORKSPACES)]
    TooManyWorkspaces,
    /// The person is already a member.
    #[error("this person is already a member")]
    AlreadyMember,
    /// The link is unknown, used, revoked or expired, or its creator no longer has the permissions. One error for all.
    #[error("the link is invalid, expired or already used")]
    Link,
    /// The invitation names no address, so it cannot be sent.
    #[error("this invitation has no address, so its link cannot be mailed; create an invitation with an address")]
    Unaddressed,
    /// The invitation is for another address.
    #[error("the invitation is for another address; sign in with the invited address")]
    WrongPerson,
    /// The address, name or password is not acceptable, or the address is taken.
    #[error(transparent)]
    Account(AccountsError),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<AccountsError> for MembersError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Database(error) => error.into(),
            other => Self::Account(other),
        }
    }
}
